from partners.admin import actors, invitations, neighbourhoods, partnerships, people

__all__ = ["actors", "invitations", "neighbourhoods", "partnerships", "people"]
