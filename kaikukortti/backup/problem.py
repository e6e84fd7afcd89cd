"""What goes wrong with a backup, in one line that says what to do."""


class BackupProblem(Exception):
    """A backup cannot be made, opened or put back; the message says why and what to do, in one line."""


class Damaged(BackupProblem):
    """A backup is not what it was when it was made."""
