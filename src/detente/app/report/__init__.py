"""What people read: a briefing of many futures, and the story of one."""
