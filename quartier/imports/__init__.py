"""Lists that people already have, read into the portal.

`run` leads a file through the rooms of this house: `reading` makes rows of it, `mapping` knows which column means what,
`values` cleans one cell, `records` makes one actor of one or several rows, `comparing` looks what the portal has
already, `writing` writes, and `report` keeps what there is to say about it.
"""
