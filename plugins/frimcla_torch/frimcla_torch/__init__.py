"""Vision models of timm and Hugging Face for FrimCla. See `frimcla_torch.plugin`."""
