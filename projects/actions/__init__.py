from projects.actions.benefits import delete_benefit, place_of_deleted, record_benefit, revise_benefit
from projects.actions.contributions import (
    confirm_contribution,
    contest_contribution,
    deliver_contribution,
    record_contribution,
    revise_contribution,
)
from projects.actions.disseminations import (
    contribute_disseminations,
    delete_dissemination,
    edit_dissemination,
    place_of_deleted_dissemination,
    record_dissemination,
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
    "contribute_disseminations",
    "create_project",
    "delete_benefit",
    "delete_dissemination",
    "deliver_contribution",
    "edit_dissemination",
    "edit_participation",
    "edit_project",
    "end_participation",
    "place_of_deleted",
    "place_of_deleted_dissemination",
    "record_benefit",
    "record_contribution",
    "record_dissemination",
    "revise_benefit",
    "revise_contribution",
    "take_lead_along",
]
