"""Who supervises and who is supervised: facts about organisations, and the inspectors."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.tables import Base, Id, Organisation, new_id


class SupervisedOrganisation(Base):
    """What the domain knows of an engine Organisation; one row for each (its kind stays there)."""

    __tablename__ = "supervised_organisation"

    organisation_id: Mapped[str] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), primary_key=True
    )
    level: Mapped[str] = mapped_column(sa.String(16))
    ownership: Mapped[str | None] = mapped_column(sa.String(16))
    #: 上级主管部门; for a private school its approval organ.
    superior_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), index=True
    )
    #: The Party committee and the government of the place where the unit sits.
    party_committee_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    government_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    #: The Office in charge of supervising it; for a committee, its own Office.
    office_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    #: For an Office, its committee.
    committee_id: Mapped[str | None] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    #: The Office that this body hosts: its leaders are recused where it is the object (9.2c).
    hosts_office_id: Mapped[str | None] = mapped_column(
        Id, sa.ForeignKey("organisation.id"), index=True
    )
    #: 机关代字 of an Office, the head of its document numbers, e.g. 津教督.
    number_mark: Mapped[str] = mapped_column(sa.String(20), default="")
    #: Outside this system: receives letters, signs nothing here.
    is_outside: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    superior: Mapped[Organisation | None] = relationship(foreign_keys=[superior_id])


class CommitteeMember(Base):
    """A member unit of a committee (津1) and what kind of problem is naturally its own."""

    __tablename__ = "committee_member"
    __table_args__ = (sa.UniqueConstraint("committee_id", "organisation_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    committee_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"))
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    seq: Mapped[int]
    matters: Mapped[str] = mapped_column(sa.String(200), default="")

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])


class Inspector(Base):
    """An appointment as inspector (督学) for one term; part-time: three years, three terms."""

    __tablename__ = "inspector"
    __table_args__ = (sa.UniqueConstraint("user_id", "organisation_id", "term_from_on"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    #: The Office that appointed and manages.
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(16))
    certificate_no: Mapped[str] = mapped_column(sa.String(40), default="")
    term_number: Mapped[int] = mapped_column(default=1)
    term_from_on: Mapped[date]
    term_until_on: Mapped[date | None]
    removed_on: Mapped[date | None]


class InspectorTie(Base):
    """A tie between an inspector and a unit that bars the inspector from its cases (条例10)."""

    __tablename__ = "inspector_tie"
    __table_args__ = (sa.UniqueConstraint("user_id", "organisation_id", "ground"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("user_account.id"))
    organisation_id: Mapped[str] = mapped_column(Id, sa.ForeignKey("organisation.id"), index=True)
    ground: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    until_on: Mapped[date | None]
