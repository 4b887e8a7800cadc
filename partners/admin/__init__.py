from partners.admin import actors, assessments, channels, contacts, invitations, neighbourhoods, partnerships, people

__all__ = ["actors", "assessments", "channels", "contacts", "invitations", "neighbourhoods", "partnerships", "people"]
