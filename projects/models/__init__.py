from projects.models.benefits import Benefit
from projects.models.contributions import Contribution, ContributionStep
from projects.models.disseminations import Dissemination, Spread, spread_of
from projects.models.handovers import ProjectHandover, ProjectHandoverLine
from projects.models.inquiries import ProjectInquiry
from projects.models.ledger import LedgerEntry, Total, entries_of, ledger, totals, totals_in
from projects.models.needs import Need, NeedQuerySet
from projects.models.overrides import ParticipationOverride
from projects.models.parallels import ParallelReason
from projects.models.participations import Participation
from projects.models.projects import Project, ProjectStep
from projects.models.resource_requests import ResourceRequest, ResourceRequestStep
from projects.models.serving import Harvest, harvest, projects_to_tie
from projects.models.sides import Side, side_of
from projects.models.tallies import ContributionTally
from projects.models.written import OutdatedError, Written

__all__ = [
    "Benefit",
    "Contribution",
    "ContributionStep",
    "ContributionTally",
    "Dissemination",
    "Harvest",
    "LedgerEntry",
    "Need",
    "NeedQuerySet",
    "OutdatedError",
    "ParallelReason",
    "Participation",
    "ParticipationOverride",
    "Project",
    "ProjectHandover",
    "ProjectHandoverLine",
    "ProjectInquiry",
    "ProjectStep",
    "ResourceRequest",
    "ResourceRequestStep",
    "Side",
    "Spread",
    "Total",
    "Written",
    "entries_of",
    "harvest",
    "ledger",
    "projects_to_tie",
    "side_of",
    "spread_of",
    "totals",
    "totals_in",
]
