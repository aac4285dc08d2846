"""Tables of people: CSV and XLSX in and out, row by row, with bounds."""

from allmende.core.tables.columns import match_columns
from allmende.core.tables.reading import read_table
from allmende.core.tables.rows import Row, Table
from allmende.core.tables.writing import write_csv, write_xlsx

__all__ = ["Row", "Table", "match_columns", "read_table", "write_csv", "write_xlsx"]
