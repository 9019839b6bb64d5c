"""Deep features for FrimCla: every network of keras.applications. See `frimcla_keras.plugin`."""
