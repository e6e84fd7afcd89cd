"""Pages of figures and annual reports, the published tables for programs, and the tables, words and charts of these.

What the figures are is decided in the services; here they are named, drawn and handed over.

area         the coordinator's first page: cards and uses of the area, exact and live
network      who uses the card, in rounded figures, for coordinators and viewers
published    the published figures that anybody may read
unit         a unit's own cards and their visits as counts
venue        a venue's own registrations
barriers     the coordinator reads what kept holders from going
annualreports  the coordinator's annual reports
publicreports  the frozen yearly figures that anybody may read
tableapi     the published tables for programs
tablepaths   the same as OpenAPI describes it
reportpages  a report as page, files and PDF
reportcharts the charts of reports and the words beside
reportcube   the published tables that a report holds
reporttables the tables of reports
cubeviews    published tables made ready for a page
cubewords    what the published tables and their classes are called
sidebyside   two periods beside each other
periods      which period a page is about
words        what is counted, in words; the tables behind charts
findings     words beside figures
exports      figures as CSV, Excel and JSON-stat, at the page's own address
pairchart    geometry of a chart of pairs
roundedchart geometry of bars of rounded figures
charts       geometry of charts
"""
