"""A repository on this machine: where it is, what is asked for of it, and what a shallow or partial clone lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from counterpoint.errors import InvalidInput, NotFound
from counterpoint.sources.traces.git.running import complaint, environment, run

ALL = "all"
HEAD = "HEAD"
_TEXT = {"encoding": "utf-8", "errors": "backslashreplace"}


@dataclass(frozen=True)
class Repository:
    """A repository that can be read. ``folder`` is its git directory; nothing is ever read of its work tree.

    ``shallow`` are the commits at which a shallow clone ends; ``partial`` says that a clone lacks contents that it
    would fetch when they are asked for.
    """

    folder: Path
    shown: str
    shallow: frozenset[str] = frozenset()
    partial: bool = False
    env: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def git(self, *arguments: str, given: bytes = b"") -> tuple[int, bytes, str]:
        """Run a short command; its exit code, what it wrote, and what it complained of."""
        done = run(arguments, folder=self.folder, env=dict(self.env), given=given)
        return done.returncode, done.stdout, complaint(done.stderr)

    def tips(self, wanted: str) -> dict[str, str]:
        """The commits that are asked for, by the names of their references; empty where nothing was committed yet.

        Raises:
            NotFound: there is no such reference.
            InvalidInput: HEAD points at a branch that is not there.
        """
        if wanted == ALL:
            return self._all()
        code, out, _ = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{wanted}^{{commit}}")
        if code == 0:
            return {self._name(wanted): out.decode().strip()}
        branches = sorted(name.removeprefix("refs/heads/") for name in self._all() if name.startswith("refs/heads/"))
        if wanted != HEAD:
            raise NotFound(f"{self.shown} has no branch, tag or commit {wanted!r}", hint=_choice(branches))
        if branches:
            raise InvalidInput(f"HEAD of {self.shown} points at a branch that is not there", hint=_choice(branches))
        return {}

    def holds(self, old: Iterable[str], new: Iterable[str]) -> bool:
        """Are all these old commits still known, and part of the history of the new ones?"""
        lines = [*old, *(f"^{one}" for one in new)]
        code, out, _ = self.git("rev-list", "--max-count=1", "--stdin", given="\n".join(lines).encode())
        return code == 0 and not out.strip()

    def blob(self, tip: str, path: str) -> str | None:
        """The identifier of a file in a commit, or None."""
        code, out, _ = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{tip}:{path}")
        return out.decode().strip() if code == 0 else None

    def _name(self, wanted: str) -> str:
        if wanted != HEAD:
            return wanted
        code, out, _ = self.git("symbolic-ref", "--quiet", HEAD)
        return out.decode(**_TEXT).strip() if code == 0 else HEAD

    def _all(self) -> dict[str, str]:
        form = "%(objecttype) %(*objecttype) %(objectname) %(refname)"
        _, out, _ = self.git("for-each-ref", f"--format={form}", "refs/heads", "refs/tags", "refs/remotes")
        found = {}
        for line in out.decode(**_TEXT).splitlines():
            kind, inside, name, reference = line.split(" ", 3)
            if kind == "commit" or (kind == "tag" and inside in ("commit", "tag")):
                found[reference] = name
        return found


def open_repository(path: Path) -> Repository:
    """The repository at a path: a work tree, a linked one, a submodule, or a bare repository.

    Raises:
        InvalidInput: there is none, it is somebody else's, or git is missing.
    """
    folder = path.resolve()
    if not folder.is_dir():
        raise InvalidInput(f"{path} is no folder", hint="give the folder of a git repository")
    done = run(["rev-parse", "--absolute-git-dir", "--show-prefix"], folder=folder, env=environment())
    if done.returncode:
        raise _unusable(path, complaint(done.stderr))
    git_folder, _, prefix = done.stdout.decode(**_TEXT).rstrip("\n").partition("\n")
    if prefix:
        raise InvalidInput(
            f"{path} is a folder inside a git repository, and not the repository itself",
            hint=f"give its root: {Path(str(folder).removesuffix(prefix.rstrip('/')))}",
        )
    env = environment(GIT_DIR=git_folder, GIT_IMPLICIT_WORK_TREE="0")
    bare = Repository(Path(git_folder), str(path), env=env)
    code, _, _ = bare.git("config", "--get-regexp", r"^(extensions\.partialclone|remote\..*\.promisor)$")
    return Repository(bare.folder, bare.shown, _shallow(bare), code == 0, env)


def is_repository(path: Path) -> bool:
    """Whether a path looks like a repository, by a quick look."""
    if not path.is_dir():
        return False
    if (path / ".git").exists():
        return True
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def title_of(path: Path) -> str:
    """What a repository is called: its folder, without ``.git``."""
    folder = path.resolve()
    if folder.name == ".git":
        folder = folder.parent
    return folder.name.removesuffix(".git") or "repository"


def _shallow(repository: Repository) -> frozenset[str]:
    code, out, _ = repository.git("rev-parse", "--git-path", "shallow")
    if code:
        return frozenset()
    file = repository.folder / out.decode(**_TEXT).strip()
    try:
        return frozenset(file.read_text("ascii").split())
    except OSError:
        return frozenset()


def _unusable(path: Path, said: str) -> InvalidInput:
    if "dubious ownership" in said:
        return InvalidInput(
            f"git does not read {path}: it belongs to another user",
            hint=f"if you trust them: git config --global --add safe.directory {path.resolve()}",
        )
    if "not a git repository" in said:
        return InvalidInput(f"{path} is no git repository", hint="give the folder that has .git in it, or a bare one")
    return InvalidInput(f"git cannot read {path}: {said}")


def _choice(branches: list[str]) -> str:
    some = ", ".join(branches[:10]) + (", …" if len(branches) > 10 else "")
    return f"give one with ref=NAME; its branches are: {some}" if some else "it has no branches"
