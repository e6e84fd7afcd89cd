"""How often somebody asks, counted where all processes see it.

Expand only: the version before neither reads nor misses the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "request_counts",
        sa.Column("page", sa.String(length=24), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_before", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("page", "who", name=op.f("pk_request_counts")),
        prefixes=["UNLOGGED"] if is_postgresql else [],
    )
