"""Changes of roles by administrators. They count from the next request on, for everybody who has the role."""

from __future__ import annotations

from sqlalchemy import func, select, update

from byline.accounts import administrators, audit, member_acts, roles
from byline.accounts.models import Role, User
from byline.kernel import db, tidy
from byline.kernel.access import EVERYTHING, Actor, Permission
from byline.kernel.errors import Conflict, Invalid, NotFound

LONGEST_NAME = 40


def make(actor: Actor, name: str, permissions: Permission) -> Role:
    """Make a role; Invalid when the name is missing, too long or taken."""
    member_acts.check(actor)
    role = Role(name=_free(name), permissions=int(permissions), default=False)
    db.session().add(role)
    db.session().flush()
    audit.note(actor, "role.made", role.name, words(permissions))
    return role


def change(actor: Actor, role_id: int, name: str, permissions: Permission) -> Role:
    """Give a role another name and other permissions.

    The three roles Byline begins with keep their names, and the Administrator role keeps every permission. Conflict
    where the change would take administration from oneself or give it to everybody who registers.
    """
    role = _opened(actor, role_id)
    if role.name == roles.ADMINISTRATOR:
        permissions = EVERYTHING
    _check_change(actor, role, permissions)
    before = Permission(role.permissions)
    role.name = role.name if is_built_in(role) else _free(name, role.id)
    role.permissions = int(permissions)
    db.session().flush()
    audit.note(actor, "role.changed", role.name, f"{words(before)} → {words(permissions)}")
    return role


def make_default(actor: Actor, role_id: int) -> Role:
    """Give this role to everybody who registers from now on."""
    role = _opened(actor, role_id)
    if not may_be_default(role):
        sentence = "Everybody who registers would moderate or administer the site. Choose a role that does not."
        raise Conflict("default-too-strong", sentence)
    db.session().execute(update(Role).where(Role.default).values(default=False))
    db.session().execute(update(Role).where(Role.id == role.id).values(default=True))
    db.session().refresh(role)
    audit.note(actor, "role.default", role.name)
    return role


def remove(actor: Actor, role_id: int) -> None:
    """Remove a role that nobody has; Conflict for the others and for those Byline begins with."""
    role = _opened(actor, role_id)
    if is_built_in(role) or role.default:
        raise Conflict("role-needed", "This role belongs to the site and stays.")
    if db.session().scalar(select(func.count()).where(User.role_id == role.id)):
        raise Conflict("role-in-use", "Members still have this role. Give them another one first.")
    audit.note(actor, "role.removed", role.name)
    db.session().delete(role)
    db.session().flush()


def is_built_in(role: Role) -> bool:
    """Whether Byline begins with this role and finds it by its name."""
    return role.name in roles.SEEDS


def may_be_default(role: Role) -> bool:
    """Whether everybody who registers could have this role: it neither moderates nor administers."""
    return not role.permissions & (Permission.ADMINISTER | Permission.MODERATE)


def words(permissions: Permission) -> str:
    """The permissions as words, for the log."""
    return ", ".join(each.name.lower() for each in Permission if each in permissions and each.name) or "nothing"


def _opened(actor: Actor, role_id: int) -> Role:
    member_acts.check(actor)
    role = db.session().get(Role, role_id)
    if role is None:
        raise NotFound("role-unknown", "There is no such role.")
    return role


def _check_change(actor: Actor, role: Role, permissions: Permission) -> None:
    loses = not permissions & Permission.ADMINISTER
    own = actor.id is not None and db.session().scalar(select(User.role_id).where(User.id == actor.id)) == role.id
    if own and loses:
        raise Conflict("not-oneself", "This is your own role: you would no longer administer the site.")
    if role.default and permissions & (Permission.ADMINISTER | Permission.MODERATE):
        sentence = "Everybody who registers gets this role, so it can neither moderate nor administer."
        raise Conflict("default-too-strong", sentence)


def _free(name: str, role_id: int = 0) -> str:
    """The name in order, if no other role has it in whatever case."""
    name = tidy.one_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("role-name", f"A role needs a name of at most {LONGEST_NAME} characters.", field="name")
    administrators.one_at_a_time()
    names = db.session().scalars(select(Role.name).where(Role.id != role_id))
    if name.casefold() in {other.casefold() for other in names}:
        raise Invalid("role-name-taken", "Another role has this name.", field="name")
    return name
