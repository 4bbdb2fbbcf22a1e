"""What history says of the model: likelihood, calibration, filtering, forecasts and how they did."""
