"""Who may come in: which names the page answers to, and with what key."""

from __future__ import annotations

import hmac
import ipaddress
import platform
import secrets
from hashlib import sha256

import attrs

from frimcla.errors import ConfigError

HERE = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")
SHORTEST = 8
"""Characters of a token: less can be guessed."""


@attrs.frozen(kw_only=True)
class Door:
    """What a request must show.

    Attributes:
        host: The address that is listened on.
        port: Its port.
        token: What a visitor must know; empty only where nobody but this machine is listened to.
        names: By which the page may be called beside addresses, in lower case.
        secret: Of this process: signs cookies and forms.
        tickets: Words that let in once.
    """

    host: str = HERE[0]
    port: int = 8000
    token: str = attrs.field(default="", repr=False)
    names: tuple[str, ...] = ()
    secret: bytes = attrs.field(factory=lambda: secrets.token_bytes(32), repr=False)
    tickets: set[str] = attrs.field(factory=set, repr=False)

    @classmethod
    def of(cls, host: str, port: int, token: str, names: tuple[str, ...] = ()) -> Door:
        """Check what a user asks for.

        Raises:
            ConfigError: Others could come in without a token, or it is too short.
        """
        problems = []
        if host not in HERE and not token:
            what = f'lets other machines in (got "{host}"); choose a token as well: --token WORD'
            problems.append(("--host", what))
        if token and (len(token) < SHORTEST or not token.isprintable() or not token.isascii()):
            what = f"must have at least {SHORTEST} plain characters; choose a longer one"
            problems.append(("--token", what))
        if problems:
            raise ConfigError("the page", problems)
        return cls(host=host, port=port, token=token, names=tuple(n.lower() for n in names))

    def answers_to(self, name: str) -> bool:
        """Say whether the page may be called so: a foreign name may lead here by rebinding DNS.

        Args:
            name: Of the header ``Host``, in lower case, without its port and brackets.
        """
        if name in HERE or name == self.host or name in self.names:
            return True
        if self.host not in EVERYWHERE:
            return False
        return _is_address(name) or name == platform.node().lower()

    def opens(self, token: str) -> bool:
        """Say whether this is the token."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def admits(self, word: str) -> bool:
        """Say whether the word of an address lets in: the token, or a ticket, which is used up."""
        if word in self.tickets:
            self.tickets.discard(word)
            return True
        return self.opens(word)

    @property
    def key(self) -> str:
        """What a browser keeps in place of the token."""
        return self.signed("key", self.token)

    def cookie(self, name: str) -> str:
        """Return what a cookie is called: browsers send those of one port to all others as well."""
        return f"{name}-{self.port}"

    def signed(self, *parts: str) -> str:
        """Return what only this process can make of *parts*."""
        return hmac.new(self.secret, "\0".join(parts).encode(), sha256).hexdigest()

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the page."""
        return self._address(self.token)

    def ticket(self) -> str:
        """Return an address for one visit: what a browser is started with, every user can list."""
        if not self.token:
            return self.address
        self.tickets.add(word := secrets.token_urlsafe(24))
        return self._address(word)

    def _address(self, word: str) -> str:
        host = HERE[0] if self.host in EVERYWHERE else self.host
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}/" + (f"?token={word}" if word else "")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
