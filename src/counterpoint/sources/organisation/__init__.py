"""An organisation as code: a folder of commented TOML, read whole or refused whole, with the line of every value."""

from counterpoint.sources.organisation.reading import (
    OrganisationReading,
    Outside,
    read_organisation,
    read_texts,
)
from counterpoint.sources.organisation.templates import templates
from counterpoint.sources.organisation.vocabulary import SOURCE

__all__ = ["SOURCE", "OrganisationReading", "Outside", "read_organisation", "read_texts", "templates"]
