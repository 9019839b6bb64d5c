"""ONNX Runtime for FrimCla. See `frimcla_onnx.session`."""
