"""The indicators of followup.md §8.5, counted from register, ledger and answers; frozen by quarter and year.

figures     what a figure is: codes, parts, why one is hidden
spans       when quarters and years close
register    what the register knows of an area's cards, streamed
lives       what a line of cards was at a time
visits      counted visits of an area's cards, streamed
cards       I-01 to I-05, I-10; firstuse is I-03
uses        I-06 to I-09, I-13
reach       I-12
answers     I-11, I-14, I-17, I-18 (I-15 and I-16: followup/groupchange)
publishing  what may be told of counted cells: hiding and rounding
yearly      a unit's year beside its quarters
frozenrows  the stored figures of a period, written whole
reading     frozen figures for pages

All of a period are put together in followup/indicatorcounts and written by followup/freezing.
"""
