"""What each picture means, how it was computed, and what it cannot tell: the words that stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prose:
    """The question of a section and what is said beside its pictures; words in braces are filled in."""

    question: str
    means: str
    computed: str
    cannot: str

    def filled(self, **words: str) -> Prose:
        """With its words in braces filled in."""
        parts = (getattr(self, name).format(**words) for name in ("question", "means", "computed", "cannot"))
        return Prose(*parts)


PROSE: Mapping[str, Prose] = {
    "coordination": Prose(
        "What coordination does the work need, and what happens?",
        "A large box is much that has to be talked over between two {what}; a box that stays empty is coordination "
        "that the work needs and nobody was seen to do. Boxes along the diagonal belong together; a full box far "
        "from it is a bridge that holds.",
        "Two people need to coordinate where one works on a file that changes together with a file of the other "
        "(Cataldo and others 2006: CR = T_A · T_D · T_Aᵀ). {seen} A pair counts for each two {what} that the two work "
        "in. {window}",
        "Talk, meetings and reviews that leave no trace in the repository are not seen, so the real share is higher. "
        "That two files changed together does not prove that one needs the other. A study of 25 projects (Mauerer and "
        "others 2022) found no relation of this share to bugs: it shows where to look, and is no grade.",
    ),
    "gaps": Prose(
        "Where is coordination lacking, and because of which files?",
        "Each gap comes with the files that cause it: they change together again and again, and the people who "
        "change them were not seen to talk. Either the talk should be made easy (a common reviewer, a named "
        "contact), or the need for it should go (an interface between the two files, one owner for both).",
        "Gaps are ordered by the pairs of people that are required and not met. Beside each file stands how much of "
        "what is required of those pairs is due to it: to being worked on by both, or changing together with what "
        "the other works on.",
        "Files may change together by habit or by a tool. Look at the changes before you act on a file.",
    ),
    "exposure": Prose(
        "What would be lost if somebody were away?",
        "A truck factor of one means: one person away, and nobody is left who knows half of the area's files; 0, that "
        "it is so already. It is about the area, not about the person: what to do is to let a second person in on the "
        "next changes, before it is urgent.",
        "Avelino and others 2016: who knows a file follows from who made it, who changed it how often, and how often "
        "others did since; those who know most files are taken away until half of the files are left to nobody. "
        "Renames are followed; generated and vendored files are left out, and so are people who left.",
        "Who changed a file may have forgotten it, and who reviewed it may know it. Reading leaves no trace.",
    ),
    "connectors": Prose(
        "Who carries it?",
        "Connectors keep areas together that no structure joins. Where there are few of them, and nothing names "
        "them, the link goes when they go, and nobody sees it. Make explicit what they do: name them or a team as "
        "owner, write down what they are asked for, or let a second person take part.",
        "From who was seen to coordinate with whom: somebody links two others who coordinate with them and not with "
        "each other; by area each counts by how much of their work is in it. The roles are those of Gould and "
        "Fernandez (1989) between groups. A connector is informal where nothing says that they own or decide "
        "anything there.",
        "Who connects outside the repository is not seen, and standing between two others is not always of use to "
        "them. The report counts and does not name: it is no score of anybody.",
    ),
    "growth": Prose(
        "How did the need for coordination grow?",
        "With an exponent of 1 each new person adds as many relationships as the last; with 2 each adds one with "
        "everybody. Above 1 the same people spend more on coordination as the group grows, unless the work is "
        "divided otherwise. A marked day is where a line began to run otherwise than before: look at what was "
        "reorganised, merged or split then.",
        "Relationships are pairs of people whom the work of that time binds. The exponent is the slope of "
        "relationships on people, both as logarithms; turns are found by PELT (Killick and others 2012).",
        "A turn says when, not why. Few people for a long time give a wide interval. A move of code into this "
        "repository looks like growth.",
    ),
    "deciding": Prose(
        "Who decides where, and where does nobody?",
        "Where nobody is named, a question waits until somebody dares, or is decided twice. Where any of several may "
        "decide, it is quick, and it may be decided otherwise the next time.",
        "{how}",
        "Who is named may not be who decides in fact; and the files may have said otherwise at the time of the change.",
    ),
}  # fmt: skip
