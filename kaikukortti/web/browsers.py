"""Which browser on which system asks, in a few words for the list of one's own sessions; nothing finer is kept."""

# The first name that a browser's own line holds; Edge and Opera name Chrome too, Chrome names Safari.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def named(line: str) -> str:
    """Return the words for a User-Agent line: "Firefox, Windows"; nothing when neither is known."""
    found = [next((name for sign, name in known if sign in line), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found))
