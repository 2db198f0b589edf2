"""Many rows: a table in, for each row a checklist or the reason why there is none.

Data flows from `records` to `sheet` (which `columns` heads) to `reading` to `desk`, which
`processes` keeps several of, to `output`. Never more than a few rows are held, and what is
remembered from row to row is bounded, so a million rows need no more memory than a thousand.
Row numbers count rows of data from 1.
"""
