"""Every key of a mapping file, in one table: what the loader accepts, the schema says and the reference explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KeyType = Literal["text", "texts", "flag", "expression", "template", "table", "map", "field", "fields", "tables", "any"]


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what it takes, and what it is for."""

    type: KeyType
    about: str
    required: bool = False


TOP: dict[str, Key] = {
    "mapping": Key("table", "who says it, and what holds for the whole file", required=True),
    "maps": Key("table", "value maps by name"),
    "declare": Key("tables", "entities that the mapping itself states"),
    "records": Key("tables", "where records are and what each of them says"),
    "activity": Key("tables", "where activity is recorded, for counterpoint trace"),
}
MAPPING: dict[str, Key] = {
    "source": Key("text", "the name of the source: everything is said by it", required=True),
    "about": Key("text", "what is mapped, for the reader"),
    "namespace": Key("text", "the namespace of references that have none; an import may set another"),
    "nobody": Key("texts", "words that mean nobody, compared without case"),
    "people": Key("text", "the system that persons are named in: github, name, email or another"),
    "timezone": Key("text", "the time zone of times and schedules that state none"),
    "zones": Key("table", 'what abbreviations of time zones mean here: EST = "America/New_York"'),
    "day_first": Key("flag", "03/04/2026 is 3 April (true) or 4 March (false); where unset, it is quarantined"),
}
DECLARE: dict[str, Key] = {
    "entity": Key("text", "the reference of what is declared", required=True),
    "attributes": Key("any", "any attribute of its kind, with its value"),
}
RECORD: dict[str, Key] = {
    "name": Key("text", "what reports call these records"),
    "at": Key("expression", "where the records are: a list of them, or one"),
    "let": Key("table", "names for expressions, in order, for use in this record and those within"),
    "where": Key("expression", "only records for which this is true"),
    "entity": Key("template", "the reference of what the record is about", required=True),
    "people": Key("text", "as in [mapping], for these records"),
    "said": Key("field", "when the record says that it was written"),
    "valid_from": Key("field", "from when on what it says holds"),
    "valid_to": Key("field", "until when"),
    "set": Key("fields", "attributes of the entity, and where their values come from"),
    "inverse": Key("fields", "attributes of other entities that point to this one"),
    "each": Key("tables", "records within this one"),
}
FILES: dict[str, Key] = {
    "files": Key("texts", "patterns of the files to read", required=True),
    "exclude": Key("texts", "patterns of files to leave out"),
    "format": Key("text", "yaml, toml, json, jsonl, csv, tsv, headers or markdown", required=True),
    "encoding": Key("text", "of the files, where it is not UTF-8"),
    "delimiter": Key("text", "between the cells of a CSV file, where it is not a comma"),
    "columns": Key("texts", "the names of the columns of a CSV file without a first row of names"),
    "fill": Key("texts", "columns of a CSV file in which an empty cell means what the one above it says"),
    "keys": Key("text", "'as written', or 'snake' for keys such as point_of_contact"),
}
ACTIVITY: dict[str, Key] = {
    "name": Key("text", "what reports call these rows"),
    "at": Key("expression", "where the records are: a list of them, or one"),
    "let": Key("table", "names for expressions, in order, for use in this record"),
    "where": Key("expression", "only records for which this is true"),
    "people": Key("text", "as in [mapping], for these rows"),
    "set": Key("fields", "the columns of activity, and where their values come from", required=True),
    "keep": Key("fields", "what else to keep of a record, by names of your own"),
}
FIELD: dict[str, Key] = {
    "from": Key("expression", "where the value is"),
    "value": Key("any", "a value that always holds"),
    "split": Key("texts", "cut texts at any of these"),
    "nobody": Key("texts", "words that mean nobody here; replaces the list of [mapping]"),
    "map": Key("map", "a value map: its name, or a table"),
    "unmapped": Key("text", "a word that is not in the map: 'quarantine' (as is), 'keep' or 'drop'"),
    "pattern": Key("text", "a regular expression that each value must match as a whole"),
    "text": Key("template", "a text made of the value"),
    "ref": Key("template", "a reference made of the value: a kind, or a template such as work:pep-{}"),
    "people": Key("text", "as in [mapping], for this field"),
    "day_first": Key("flag", "as in [mapping], for this field"),
    "format": Key("texts", "how dates or times are written, as strftime: %d.%m.%Y"),
    "timezone": Key("text", "as in [mapping], for this field"),
    "required": Key("flag", "a record without it is reported"),
    "each": Key("expression", "the list over which a table is made, one for each element"),
    "fields": Key("fields", "the parts of the table"),
}
