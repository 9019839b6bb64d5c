"""Deep features for FrimCla: see `frimcla_keras.plugin`."""
