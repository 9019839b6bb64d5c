"""Deep features for FrimCla: every network of keras.applications, and two more. See `frimcla_keras.plugin`."""
