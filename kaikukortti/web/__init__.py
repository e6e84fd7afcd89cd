"""HTTP in, HTTP out: parse, make one call, render. One file per blueprint; each blueprint declares who may enter.

accounts     sign in and out, invitations, choice of organisation
areacards    the coordinator looks up a card by number, blocks it or opens it
areas        the coordinator's settings of the area
cards        the issuing desk of a unit: newest cards, a card's page and picture
handout      handing out a card in four short steps
cardlife     block, open, pause, take back, undo: a small page each
cardchange   renew, replace, correct
lostcards    a lost card whose number nobody knows
sleeping     a unit's unused cards and what to suggest
renewals     what ends soon; several cards renewed one after the other
barriers     the coordinator reads what kept holders from going
mobile       the mobile card as its holder sees it
mobilecards  a worker opens and closes a mobile card
offer        the public offer: what is on, the places, one place and its calendar
ourplace     the venue manager's page about the own place
partners     the coordinator's register of units, venues and people
preferences  language and text size
found        the neutral page of a found card
public       front page, help, about: no sign-in
status       liveness and readiness for machines
statistics   the coordinator's figures, exact and live
networkfigures who uses the card, in rounded figures, for coordinators and viewers
publicfigures  the published figures that anybody may read
unitfigures  a unit's own cards and their visits as counts
venuefigures a venue's own registrations
stock        the coordinator's stock: print, mark stolen, take out
stockforms   the forms about stock
stockimport  the coordinator takes in codes printed elsewhere
stockroom    a unit's stock: what is left, counted, spoiled
programmesentences  what is said when something cannot be planned
stockwords   files, cells and counts in words
takehome     the take-home sheet and the paper form
cardstate    a card's state and past in words, and what can be done with it
deskforms    the forms of the issuing desk
desksentences  what a DomainError of the desk says
bookingsentences  what is said when a booking cannot be made, changed or kept
doorsentences what the door says when something cannot be done
choices      the words of every list that people choose from
findings     words beside figures
figurewords  what is counted, in words; the tables behind charts
figureperiods  which period a page of figures is about
figuresentences  why a figure is not shown
sidebyside   two periods beside each other
cubeviews    published tables made ready for a page
exports      figures as CSV, Excel and JSON-stat, at the page's own address
annualreport the coordinator's annual reports
publicreports  the frozen yearly figures that anybody may read
statisticsapi  the published tables for programs
statisticspaths  the same as OpenAPI describes it
reportpages  a report as page, files and PDF
reporttables the tables of reports
reportcharts the charts of reports and the words beside
reportcube   the published tables that a report holds
reportsentences  what is said when a report or a table cannot be had
cubewords    what the published tables and their classes are called
pairchart    geometry of a chart of pairs
roundedchart geometry of bars of rounded figures
charts       geometry of charts
forms        one form object per page
placeforms   the forms about a venue as a place
sellersentences what is said to ticket sellers' systems
sheetpage    draws the take-home sheet
offerfeed    the calendar of a place in iCalendar
offerfilters what an address of the offer asks for
offerview    the offer ready to be drawn
offerwords   the words of the offer
guard        guarded_blueprint and the signed-in person
headers      content-security policy and its kin
language     the reader's language, catalogues, dates and figures in words
ratelimit    how often one address may ask for a public page
pages        errors to pages or JSON, menu, template filters
sentences    what a DomainError says to a person
"""
