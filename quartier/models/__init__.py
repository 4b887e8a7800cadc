from quartier.models.imports import ImportedActor, ImportRun
from quartier.models.legal import LegalPage

__all__ = ["ImportRun", "ImportedActor", "LegalPage"]
