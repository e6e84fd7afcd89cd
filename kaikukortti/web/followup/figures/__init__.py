"""What a unit and the area read of their cards: frozen indicators in words, tables and charts.

ourunit      the own unit in words: a worker's first page here
quarter      a quarter of the area on one sheet, for coordinators and viewers
reach, curve, kinds, season, meetingbarriers  one indicator each, for the same
structure    a unit tells its own clients in figures, which reach is reckoned from
unitwords, areawords, tellings, sharewords, yearbefore  figures as sentences
indicatorwords, clientclasses  what indicators and classes are called, and mean
indicatortables, numbers  figures as tables of files and cells of pages
frozenperiods  which frozen quarter or year a page is about
plots        geometry of step curves and lines
hublinks     where the first pages lead
"""
