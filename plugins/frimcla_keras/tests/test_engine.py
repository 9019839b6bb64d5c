"""Which engine runs a network, and what each promises."""

import numpy as np
import pytest

from frimcla import versions
from frimcla.errors import WeightsError
from frimcla.weights import weights_folder
from frimcla_keras.engine import decide
from frimcla_keras.network import make

DRAWN = {"network": "mobilenet", "alpha": 0.25, "weights": "random"}


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(1)
    return [rng.integers(0, 256, (40, 30 + k, 3), np.uint8) for k in range(40)]


def test_without_a_gpu_it_is_onnx_runtime():
    assert decide("auto", DRAWN) == ("onnx", "")
    assert decide("onnx", DRAWN) == ("onnx", "")


def test_keras_is_taken_where_it_is_asked_for(empty_cache):
    assert decide("keras", DRAWN) == ("keras", "")
    assert not empty_cache.exists()


@pytest.mark.parametrize("wanted", ["auto", "onnx", "keras"])
def test_missing_weights_are_told_with_every_way_out(wanted, empty_cache):
    """The command that is named takes names, not labels."""
    with pytest.raises(WeightsError) as caught:
        decide(wanted, {"network": "convnext_tiny", "weights": "imagenet"})

    assert str(caught.value) == (
        "convnext_tiny needs convnext_tiny_notop.h5 (111 MB), which is not on this machine; on a "
        "machine with a network run `frimcla weights fetch convnext_tiny` (then copy the files to "
        f"{weights_folder()}, or set FRIMCLA_WEIGHTS to a folder that holds them); "
        'or name a file you have: weights = "PATH"'
    )
    assert not empty_cache.exists()


def test_a_width_without_published_weights_says_so():
    with pytest.raises(WeightsError) as caught:
        decide("onnx", {**DRAWN, "weights": "imagenet", "alpha": 0.33})

    assert str(caught.value) == (
        'MobileNet: no weights are published for alpha = 0.33; write weights = "random" or a file'
    )


def test_damaged_weights_are_refused(empty_cache):
    folder = weights_folder()
    folder.mkdir(parents=True)
    file = folder / "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5"
    file.write_bytes(b"damaged")

    with pytest.raises(WeightsError) as caught:
        decide("onnx", {"network": "vgg16", "weights": "imagenet"})

    assert str(caught.value).startswith(f"vgg16: {file} is damaged or another file (MD5 ")


def test_rows_of_keras_are_the_same_bits_in_any_batch(images):
    """Batches are filled up to one size, so that they are all computed alike."""
    extract = make(fit="squash", engine="keras", threads=1, **DRAWN)
    expected = extract(images)

    assert extract.batch == 16
    for size in (1, 5, 16, 17):
        parts = [extract(images[k : k + size]) for k in range(0, len(images), size)]
        np.testing.assert_array_equal(np.concatenate(parts), expected)


def test_both_engines_agree(images, references):
    values = {**DRAWN, "weights": str(references["mobilenet"].file)}
    onnx, keras = (
        make(fit="pad", engine=engine, threads=1, **values)(images) for engine in ("onnx", "keras")
    )

    np.testing.assert_allclose(onnx, keras, rtol=0, atol=1e-5 * np.abs(keras).max())


@pytest.mark.parametrize("threads", [1, 2])
def test_batches_of_onnx_runtime_grow_with_the_cores(threads, images):
    extract = make(fit="squash", engine="onnx", threads=threads, **DRAWN)

    assert extract.batch == 16 * threads
    np.testing.assert_array_equal(
        extract(images), make(fit="squash", engine="onnx", threads=1, **DRAWN)(images)
    )


def test_images_may_be_prepared_before_or_not(images):
    extract = make(fit="crop", engine="onnx", threads=1, **DRAWN)
    prepared = [extract.prepare(image) for image in images]

    np.testing.assert_array_equal(extract(prepared), extract(images))


def test_a_change_of_what_computes_is_noticed():
    """When one of these changes, features of drawn images are compared with those on disk."""
    assert {"keras", "onnxruntime", "opencv-python-headless", "tensorflow"} <= versions.behind(
        "frimcla-keras"
    ).keys()
