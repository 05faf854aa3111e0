"""The wall as one would write it from tutorials: ORM, marshmallow, count, then insert."""
