from partners.admin import actors, channels, invitations, neighbourhoods, partnerships, people

__all__ = ["actors", "channels", "invitations", "neighbourhoods", "partnerships", "people"]
