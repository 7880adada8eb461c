"""Countries of addresses."""

from __future__ import annotations

import ipaddress
import struct
from pathlib import Path

import pytest

from byline.analytics.collect import countries


def pair(key: str, value: bytes) -> bytes:
    return text(key) + value


def text(value: str) -> bytes:
    return bytes([0x40 | len(value)]) + value.encode()


def number(value: int) -> bytes:
    return bytes([0xA2]) + value.to_bytes(2)


def table(rows: dict[str, bytes]) -> bytes:
    return bytes([0xE0 | len(rows)]) + b"".join(pair(key, value) for key, value in rows.items())


def made_file(folder: Path, record: bytes) -> Path:
    """A file in MaxMind's format in which the upper half of IPv4 has one record and the lower half none."""
    nodes = 1
    tree = (nodes).to_bytes(3) + (nodes + 16).to_bytes(3)
    about = table(
        {
            "node_count": bytes([0xC1, nodes]),
            "record_size": number(24),
            "ip_version": number(4),
            "binary_format_major_version": number(2),
            "binary_format_minor_version": number(0),
            "build_epoch": bytes([0x01, 0x02, 1]),
            "database_type": text("Test"),
            "languages": bytes([0x00, 0x04]),
            "description": table({}),
        }
    )
    path = folder / "countries.mmdb"
    path.write_bytes(tree + bytes(16) + record + b"\xab\xcd\xefMaxMind.com" + about)
    return path


@pytest.mark.parametrize(
    ("address", "country"),
    [("81.2.69.142", "GB"), ("8.8.8.8", "US"), ("2a02:2e0:3fe:1001::1", "DE"), ("127.0.0.1", ""), ("192.168.1.1", "")],
)
def test_registries_know_countries(address: str, country: str) -> None:
    assert countries.chosen(None)(address) == country


@pytest.mark.parametrize("rubbish", ["", "rubbish", "1.2.3", "::ffff:1.2.3.4.5", "\0"])
def test_what_is_no_address_is_in_no_country(rubbish: str) -> None:
    assert countries.from_registries(rubbish) == ""
    assert countries.plain(rubbish) == ""


def coded(code: str) -> bytes:
    return table({"country": table({"iso_code": text(code)})})


@pytest.mark.parametrize("record", [coded("CH"), table({"country_code": text("CH")})])
def test_a_file_of_the_operator_goes_before_the_registries(tmp_path: Path, record: bytes) -> None:
    look = countries.chosen(made_file(tmp_path, record))
    assert look("200.1.2.3") == "CH"
    assert look("8.8.8.8") == ""
    assert look("2001:db8::1") == ""


def test_what_a_file_says_that_is_no_country_is_none(tmp_path: Path) -> None:
    assert countries.chosen(made_file(tmp_path, coded("xyz")))("200.1.2.3") == ""
    assert countries.chosen(made_file(tmp_path, text("CH")))("200.1.2.3") == ""


@pytest.mark.parametrize("content", [None, b"", b"rubbish", struct.pack("I", 7) * 5000])
def test_a_file_that_cannot_be_read_leaves_the_registries(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "countries.mmdb"
    if content is not None:
        path.write_bytes(content)
    assert countries.chosen(path)("8.8.8.8") == "US"


@pytest.mark.parametrize("address", ["81.2.69.142", "::1", "2001:db8::5", "fe80::1%eth0", "::ffff:1.2.3.4"])
def test_an_address_has_one_plain_form(address: str) -> None:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    assert countries.plain(address) == str(mapped or found)
