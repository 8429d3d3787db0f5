"""What leaves without a browser tab: charts as pictures, reports, packs and shared folders.

The charts are those of the pages (dashboard/pages/<lens>.py), drawn on white paper; the numbers and
sentences are the lenses'. Nothing here needs a running dashboard.
"""
