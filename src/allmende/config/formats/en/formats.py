"""How days, times and numbers are written in English as people in Europe read it: the day before the month."""

DATE_FORMAT = "j F Y"  # 24 December 2026
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATE_FORMAT = "j M Y"  # 24 Dec 2026: no digits that could be taken for month and day
SHORT_DATETIME_FORMAT = "j M Y, H:i"  # 24 Dec 2026, 19:30
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j F"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3

# Our own, for the date filter and formats.date_format.
WEEKDAY_DATE_FORMAT = "D, j M Y"  # Thu, 24 Dec 2026
SHORT_MONTH_DAY_FORMAT = "j M"  # 24 Dec
AFTER_DAY_FORMAT = " M"  # behind the 24 of a month: " Dec"
