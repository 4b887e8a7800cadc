from partners.admin import actors, assessments, channels, invitations, neighbourhoods, partnerships, people

__all__ = ["actors", "assessments", "channels", "invitations", "neighbourhoods", "partnerships", "people"]
