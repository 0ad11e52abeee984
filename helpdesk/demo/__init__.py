"""The demo shop: two storefronts, their people and ninety days of tickets. `manage.py demo` builds it."""
