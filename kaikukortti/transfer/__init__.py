"""An area's earlier records in, and the same shape out: cards and uses as CSV or XLSX, a row at a time.

columns      the columns of both shapes and what people call them
rowfile      a file as rows of text, streamed; a file as rows written
cells        what a cell means: a day, a number, a word of a list
seen         which rows have been seen before in a file, on disk
importing    two passes: every row is checked, then all are taken in, some at a time
carddraft    what a row of cards says; cardimport brings it into the register
usedraft     what a row of uses says; useimport brings it into the ledger
exporting    cards and uses written in the same shape
"""
