"""The cube: figures of closed months and quarters, counted once, rounded, and all that leaves its owner's hands.

tables    which tables there are: variables, grain, audience, size of network
periods   months and quarters: when they close, when they are revised
classes   the classes of age, delay, variety and residence
ledger    what is counted, streamed from the register and the ledger
counting  cells out of the stream, before and after rounding
store     the database of the cells, one to write and one that can only read cells
freezing  counts what has closed, once, and revises it once
reading   cells for pages and exports
newholders  a year's new holders by trait, rounded, for follow-up alone
"""
