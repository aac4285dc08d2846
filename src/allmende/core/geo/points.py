"""Points in degrees (WGS 84): how far apart, and how to show one without giving it away."""

import math
import secrets

EARTH_RADIUS = 6_371_008.8  # metres, mean radius (IUGG)
BLUR_LIMIT = 200
_ROUNDING = 1.5  # metres; five decimals move a point by up to 0.8 m
_random = secrets.SystemRandom()


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres between two (lat, lon), along the sphere (haversine)."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))


def blur(lat: float, lon: float, metres: float = BLUR_LIMIT) -> tuple[float, float]:
    """A point to show instead of an exact one: drawn evenly from the ring from a quarter of ``metres`` to ``metres``.

    It is never the exact point and is rounded to five decimals. Draw it once and keep it: the mean of many draws would
    give the exact point away. Raises ValueError unless 10 ≤ metres ≤ 200.
    """
    if not 10 <= metres <= BLUR_LIMIT:
        message = "a blur goes from 10 to 200 metres"
        raise ValueError(message)
    outer, inner = metres - _ROUNDING, metres / 4
    radius = math.sqrt(_random.uniform(inner**2, outer**2))  # even by area, not crowded in the middle
    return _moved(lat, lon, radius, _random.uniform(0, 2 * math.pi))


def _moved(lat: float, lon: float, metres: float, bearing: float) -> tuple[float, float]:
    """The point that lies so far in this direction (radians from north, clockwise)."""
    angle, from_lat = metres / EARTH_RADIUS, math.radians(lat)
    to_lat = math.asin(math.sin(from_lat) * math.cos(angle) + math.cos(from_lat) * math.sin(angle) * math.cos(bearing))
    east = math.sin(bearing) * math.sin(angle) * math.cos(from_lat)
    to_lon = lon + math.degrees(math.atan2(east, math.cos(angle) - math.sin(from_lat) * math.sin(to_lat)))
    return round(math.degrees(to_lat), 5), round((to_lon + 180) % 360 - 180, 5)
