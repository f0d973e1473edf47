"""The photo: one picture of one visit, judged, confirmed, printed, gone."""
