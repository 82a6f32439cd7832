"""A node pack for tests whose script changes toggles as Impact Pack 7 does."""

NODE_CLASS_MAPPINGS: dict[str, type] = {}
WEB_DIRECTORY = "js"
