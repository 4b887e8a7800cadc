from projects.actions.benefits import delete_benefit, place_of_deleted, record_benefit, revise_benefit
from projects.actions.contributions import (
    confirm_contribution,
    contest_contribution,
    deliver_contribution,
    record_contribution,
    revise_contribution,
)
from projects.actions.participations import (
    add_participation,
    agree_participation,
    edit_participation,
    end_participation,
)
from projects.actions.projects import Beside, create_project, edit_project, take_lead_along

__all__ = [
    "Beside",
    "add_participation",
    "agree_participation",
    "confirm_contribution",
    "contest_contribution",
    "create_project",
    "delete_benefit",
    "deliver_contribution",
    "edit_participation",
    "edit_project",
    "end_participation",
    "place_of_deleted",
    "record_benefit",
    "record_contribution",
    "revise_benefit",
    "revise_contribution",
    "take_lead_along",
]
