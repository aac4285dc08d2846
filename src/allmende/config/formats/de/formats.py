"""How days, times and numbers are written in German; settings.FORMAT_MODULE_PATH leads here."""

DATE_FORMAT = "j. F Y"  # 24. Dezember 2026
DATETIME_FORMAT = "j. F Y, H:i"
SHORT_DATE_FORMAT = "d.m.Y"  # 24.12.2026
SHORT_DATETIME_FORMAT = "d.m.Y, H:i"  # 24.12.2026, 19:30
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j. F"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3

# Our own, for the date filter and formats.date_format.
WEEKDAY_DATE_FORMAT = "D, d.m.Y"  # Do, 24.12.2026
SHORT_MONTH_DAY_FORMAT = "d.m."  # 24.12.
AFTER_DAY_FORMAT = ". M"  # behind the 24 of a month: ". Dez"
