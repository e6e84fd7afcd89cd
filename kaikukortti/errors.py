"""DomainError, the base of every "no" that a rule or a use case says. Nothing here knows about HTTP."""


class DomainError(Exception):
    """A rule said no. `code` is stable and for machines; the sentence for people is chosen by the web layer.

    Keyword arguments become `details`: plain values that the sentence may need (a number, a day).
    """

    code = "not_possible"

    def __init__(self, **details: object) -> None:
        super().__init__(self.code)
        self.details = details


class NotFound(DomainError):
    """The thing is not there, or not there for this reader: the two are never told apart."""

    code = "not_found"


class NotAllowed(DomainError):
    """The actor's role does not include this act."""

    code = "not_allowed"
