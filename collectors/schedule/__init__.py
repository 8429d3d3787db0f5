"""The nightly run on a clock: a systemd timer, a cron line or a GitHub Actions workflow."""
