"""Fetching weights from a server on this machine that goes wrong in every way we know of."""

import hashlib
import io
import json
import os
import shutil
import ssl
import subprocess
import tarfile

import attrs
import pytest
from weighty import CONTENT, CUT, Shelf, leave_home, serving, weights

from frimcla.connecting import refuse_unsafe
from frimcla.errors import FrimclaError, SpaceError, WeightsError
from frimcla.fetching import fetch, fetch_all
from frimcla.weights import at_hand, verified

SHA = hashlib.sha256(CONTENT).hexdigest()
WEIGHTS = weights(sha256=SHA)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache, and no proxy, mirror or Keras of this machine."""
    leave_home(monkeypatch, tmp_path)
    return tmp_path / "cache" / "weights"


@pytest.fixture
def shelf(monkeypatch):
    with serving(Shelf()) as shelf:
        monkeypatch.setenv("FRIMCLA_WEIGHTS", shelf.address)
        yield shelf


def bring(wanted=WEIGHTS, **how):
    """Fetch; say what was told of it."""
    told = []
    path = fetch(wanted, told=lambda *numbers: told.append(numbers), waits=(0, 0), **how)
    return path, told


def refused(wanted=WEIGHTS, **how):
    with pytest.raises(WeightsError) as caught:
        bring(wanted, **how)
    message = str(caught.value)
    assert "\n" not in message
    return message


def left(cache):
    return sorted(path.name for path in cache.iterdir())


def test_a_file_comes_whole_with_its_hash_beside_it(shelf, cache):
    path, told = bring()

    assert path == cache / WEIGHTS.file == at_hand(WEIGHTS)
    assert path.read_bytes() == CONTENT
    assert left(cache) == ["tiny_1.0.h5", "tiny_1.0.h5.sha256"]
    assert (cache / "tiny_1.0.h5.sha256").read_text() == f"{SHA}  tiny_1.0.h5\n"
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert verified(WEIGHTS, "tiny") == (path, SHA)


def test_the_address_of_a_mirror_may_have_a_path_and_a_slash(shelf, monkeypatch):
    monkeypatch.setenv("FRIMCLA_WEIGHTS", f"{shelf.address}/some/models/")

    bring()

    assert shelf.asked == [("/some/models/tiny_1.0.h5", "")]


def test_a_broken_connection_is_gone_on_with_at_once(shelf):
    shelf.cuts = [CUT, CUT]

    path, told = bring()

    assert path.read_bytes() == CONTENT
    assert [asked for _, asked in shelf.asked] == ["", f"bytes={CUT}-", f"bytes={2 * CUT}-"]
    assert (CUT, len(CONTENT)) in told


def test_three_tries_then_a_sentence_and_the_same_command_goes_on(shelf, cache):
    shelf.cuts = [CUT, 1000, 1000]

    message = refused()

    assert message.startswith("tiny_1.0.h5 from 127.0.0.1: it sent 102,000 of 307200 bytes")
    assert "run the same command again" in message
    assert left(cache) == ["tiny_1.0.h5.part", "tiny_1.0.h5.part.json"]
    assert bring()[0].read_bytes() == CONTENT
    assert shelf.asked[-1][1] == "bytes=102000-"
    assert left(cache) == ["tiny_1.0.h5", "tiny_1.0.h5.sha256"]


def test_a_server_without_ranges_sends_all_again(shelf):
    shelf.ranges = False
    shelf.cuts = [CUT]

    assert bring()[0].read_bytes() == CONTENT


@pytest.mark.parametrize("compares", [True, False], ids=["If-Range", "no If-Range"])
def test_a_file_that_changed_at_the_server_is_begun_anew(shelf, compares):
    """Without a published hash nothing else would notice the mixture."""
    shelf.cuts = [CUT] * 3
    refused(weights())
    shelf.content = other = CONTENT[:8] + CONTENT[:7:-1]
    shelf.version = '"two"'
    shelf.compares = compares

    assert bring(weights())[0].read_bytes() == other


def test_a_page_to_log_in_is_no_file_of_weights(shelf, cache):
    """Where no hash is published, the first bytes still tell."""
    shelf.content = b"<html>Please log in</html>"

    assert "is not what was published (no HDF5 file)" in refused(weights())
    assert left(cache) == []


def test_a_part_of_another_address_is_not_gone_on_with(shelf, monkeypatch):
    shelf.cuts = [CUT] * 3
    refused()
    monkeypatch.setenv("FRIMCLA_WEIGHTS", f"{shelf.address}/elsewhere")

    bring()

    assert shelf.asked[-1] == ("/elsewhere/tiny_1.0.h5", "")


@pytest.mark.parametrize("mark", ["", "[]", '{"url": 1}', "\0"])
def test_a_part_without_a_word_on_it_is_begun_anew(shelf, cache, mark):
    cache.mkdir(parents=True)
    (cache / "tiny_1.0.h5.part").write_bytes(b"something")
    (cache / "tiny_1.0.h5.part.json").write_text(mark)

    assert bring()[0].read_bytes() == CONTENT
    assert shelf.asked == [("/tiny_1.0.h5", "")]


def test_a_part_longer_than_the_file_is_begun_anew(shelf, cache):
    """The server then answers 416."""
    cache.mkdir(parents=True)
    (cache / "tiny_1.0.h5.part").write_bytes(CONTENT + b"more")
    mark = {"url": f"{shelf.address}/tiny_1.0.h5", "version": '"one"'}
    (cache / "tiny_1.0.h5.part.json").write_text(json.dumps(mark))

    assert bring()[0].read_bytes() == CONTENT
    assert len(shelf.asked) == 2


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_another_content_than_published_is_not_kept(shelf, cache, kind):
    shelf.content = CONTENT[:-1] + b"x"
    published = hashlib.new(kind, CONTENT).hexdigest()

    message = refused(weights(**{kind: published}))

    assert f"instead of {published}" in message
    assert hashlib.new(kind, shelf.content).hexdigest() in message
    assert left(cache) == []


def test_a_file_cut_short_is_never_taken_for_whole(shelf, cache):
    """Without a published hash the announced length is all there is."""
    shelf.length = len(CONTENT) + 1

    assert "it sent 307,200 of 307201 bytes and stopped" in refused(weights())
    assert at_hand(weights()) is None


def test_a_length_nobody_announced_is_taken_where_the_end_is_marked(shelf):
    shelf.chunked = True

    assert bring()[0].read_bytes() == CONTENT


def test_more_than_announced_is_not_kept(shelf, cache):
    shelf.chunked = True
    shelf.length = 1000

    assert "it sends more than announced or allowed" in refused()
    assert left(cache) == []


@pytest.mark.parametrize("told", [True, False], ids=["announced", "not announced"])
def test_more_than_allowed_is_not_kept(shelf, cache, told):
    shelf.chunked = not told
    shelf.length = None if told else 0

    assert "it sends more than announced or allowed" in refused(largest=CUT)
    assert left(cache) == []


def test_five_gigabytes_are_refused_at_their_announcement(shelf, cache):
    shelf.length = 5 << 30

    assert "(5,368,709,120 bytes)" in refused()
    assert len(shelf.asked) == 1


@pytest.mark.parametrize("status", [403, 404, 410])
def test_what_is_not_there_is_asked_for_once(shelf, status):
    shelf.statuses = [status]

    message = refused()

    assert f"tiny_1.0.h5 from 127.0.0.1: it answers {status} (" in message
    assert "set FRIMCLA_WEIGHTS to a folder or an address that holds it" in message
    assert len(shelf.asked) == 1


def test_a_busy_server_is_asked_again(shelf):
    shelf.statuses = [503, 429]

    assert bring()[0].read_bytes() == CONTENT


def test_nobody_there_is_one_sentence(shelf, monkeypatch):
    monkeypatch.setenv("FRIMCLA_WEIGHTS", "http://127.0.0.1:9/models")

    assert "cannot be reached (Connection refused)" in refused()


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://127.0.0.2:9/x", "data:,x", "http://["],
)
def test_a_server_leads_nowhere_unsafe(shelf, cache, target):
    shelf.sends_to = target

    refused()

    assert left(cache) == []


def test_a_mirror_may_send_on_to_itself(shelf, monkeypatch):
    with (
        serving(Shelf(sends_to=f"{shelf.address}/tiny_1.0.h5")) as first,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("FRIMCLA_WEIGHTS", first.address)

        assert bring()[0].read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("url", "plain", "safe"),
    [
        ("https://example.org/x", "", True),
        ("http://example.org/x", "", False),
        ("http://mirror/x", "mirror", True),
        ("http://other/x", "mirror", False),
        ("http://mirror.evil/x", "mirror", False),
        ("ftp://mirror/x", "mirror", False),
        ("file:///etc/passwd", "", False),
        ("https://", "", False),
        ("http:///x", "", False),
    ],
)
def test_only_https_and_the_users_own_mirror(url, plain, safe):
    if safe:
        assert refuse_unsafe(url, plain) in url
    else:
        with pytest.raises(WeightsError, match="weights come by https"):
            refuse_unsafe(url, plain)


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """A server with a certificate of its own, and the file to trust it by."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        f"-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(Shelf(), context) as shelf:
        monkeypatch.setenv("FRIMCLA_WEIGHTS", shelf.address)
        yield shelf, certificate


def test_https_is_trusted_by_its_certificate_only(secure, monkeypatch):
    _, certificate = secure

    assert "its certificate cannot be trusted" in refused()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert bring()[0].read_bytes() == CONTENT


def test_a_publisher_cannot_send_on_to_plain_http(secure, shelf, monkeypatch):
    safe, certificate = secure
    monkeypatch.delenv("FRIMCLA_WEIGHTS")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    safe.sends_to = f"{shelf.address}/tiny_1.0.h5"
    published = weights(sha256=SHA, at=safe.address)

    assert "weights come by https" in refused(published)
    assert shelf.asked == []
    safe.sends_to = ""
    assert bring(published)[0].read_bytes() == CONTENT


@pytest.fixture
def publisher(secure, monkeypatch):
    """A server with an archive, and the weights that lie in it."""
    shelf, certificate = secure
    monkeypatch.delenv("FRIMCLA_WEIGHTS")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    shelf.content = _archive({"net_weight_1": b"another", "net_weight_0": CONTENT})
    return shelf, attrs.evolve(weights(at=shelf.address), member="net_weight_0")


def _archive(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def test_a_file_in_an_archive_is_taken_out_of_it(publisher, cache):
    _, wanted = publisher

    path, _ = bring(wanted)

    assert path.read_bytes() == CONTENT
    assert left(cache) == ["tiny_1.0.h5", "tiny_1.0.h5.sha256"]
    assert verified(wanted, "tiny") == (path, SHA)


def test_a_broken_connection_to_an_archive_is_gone_on_with(publisher):
    shelf, wanted = publisher
    shelf.cuts = [1000, 500]

    assert bring(wanted)[0].read_bytes() == CONTENT
    assert [asked for _, asked in shelf.asked] == ["", "bytes=1000-", "bytes=1500-"]


def test_an_archive_without_the_file_is_told_and_not_kept(publisher, cache):
    shelf, wanted = publisher

    assert refused(attrs.evolve(wanted, member="net")) == (
        "tiny_1.0.h5 from 127.0.0.1: what came is no archive that can be read (it holds no net); "
        "set FRIMCLA_WEIGHTS to a folder or an address that holds it"
    )
    shelf.content = _archive({"net_weight_0": CONTENT[:-1]})
    assert "net_weight_0 has 307,199 bytes and not 307,200" in refused(wanted)
    shelf.content = _archive({"net_weight_0": CONTENT[:8] + CONTENT[:7:-1]})
    assert "is not what was published (SHA-256 " in refused(attrs.evolve(wanted, sha256=SHA))
    assert left(cache) == []


def test_a_mirror_holds_the_file_and_not_the_archive(shelf):
    assert bring(attrs.evolve(WEIGHTS, member="net_weight_0"))[0].read_bytes() == CONTENT


def test_the_size_of_a_file_of_an_archive_is_looked_at(shelf, cache):
    """It is known to the byte; where no hash is published, nothing else tells."""
    shelf.content = CONTENT[:-1]
    wanted = attrs.evolve(weights(), member="net_weight_0")

    assert "(307,199 bytes instead of 307,200)" in refused(wanted)
    assert left(cache) == []


def test_a_proxy_is_asked_where_the_environment_names_one(shelf, monkeypatch):
    """The server is one for itself: it takes the whole address, as proxies do."""
    monkeypatch.setenv("FRIMCLA_WEIGHTS", "http://mirror.invalid/models")
    monkeypatch.setenv("http_proxy", shelf.address)

    bring()

    assert shelf.asked == [("http://mirror.invalid/models/tiny_1.0.h5", "")]


def test_a_mirror_may_be_a_folder(tmp_path, cache, monkeypatch):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / WEIGHTS.file).write_bytes(CONTENT)
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(tmp_path / "stick"))

    assert bring()[0] == cache / WEIGHTS.file
    assert left(cache) == ["tiny_1.0.h5", "tiny_1.0.h5.sha256"]


def test_what_a_mirror_lacks_or_spoils_is_told(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(tmp_path))

    assert f"with tiny_1.0.h5 (got {tmp_path})" in refused()
    (tmp_path / WEIGHTS.file).write_bytes(b"spoilt")
    assert f"{tmp_path / WEIGHTS.file} is damaged or another file (SHA-256 " in refused()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_cannot_be_written_is_told(shelf, tmp_path):
    (tmp_path / "cache").mkdir(mode=0o500)

    assert "set FRIMCLA_CACHE to a folder that can be written" in refused()


def test_a_cache_that_is_a_file_is_told(shelf, tmp_path):
    (tmp_path / "cache").write_text("")

    assert "set FRIMCLA_CACHE to a folder that can be written" in refused()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a disk that is always full")
def test_a_full_disk_is_told(cache, tmp_path, monkeypatch):
    (tmp_path / WEIGHTS.file).write_bytes(CONTENT)
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(tmp_path))
    cache.mkdir(parents=True)
    (cache / "tiny_1.0.h5.part").symlink_to("/dev/full")

    with pytest.raises(SpaceError, match="needs 307,200 bytes and the disk has"):
        fetch(WEIGHTS)


def test_an_unknown_name_stops_before_anything_is_fetched(shelf, registry):
    with pytest.raises(FrimclaError, match='unknown extractor "nonsense"'):
        fetch_all(["edges", "nonsense"], registry=registry)
