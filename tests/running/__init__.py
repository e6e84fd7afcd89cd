"""The served program and what it stands on: starts, stops, locks, lost servers, its log and its figures."""
