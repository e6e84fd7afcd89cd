"""Run inside pretix's own environment: an event with tickets that are paid for, a check-in list, a device that reads.

Prints one line of JSON: the list's id and the device's token. Only pretix's public models are used.
"""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")
django.setup()

from django.utils.timezone import now  # noqa: E402  # Django has to be set up first
from django_scopes import scopes_disabled  # noqa: E402
from pretix.base.models import Device, Event, Order, OrderPosition, Organizer  # noqa: E402

AT_ONCE = 2_000


def make(tickets: int) -> dict[str, object]:
    """Make everything and return what the reader needs."""
    organizer = Organizer.objects.create(name="Bench", slug="bench")
    event = Event.objects.create(organizer=organizer, name="Bench", slug="bench", date_from=now(), currency="EUR")
    item = event.items.create(name="Ticket", default_price=0)
    channel = organizer.sales_channels.get(identifier="web")
    sold = {"event": event, "status": Order.STATUS_PAID, "datetime": now(), "expires": now() + timedelta(days=1)}
    sold |= {"total": 0, "locale": "en", "sales_channel": channel}
    orders = [Order(code=f"B{number:05d}", organizer=organizer, **sold) for number in range(tickets)]
    orders = Order.objects.bulk_create(orders, batch_size=AT_ONCE)
    place = {"item": item, "price": 0, "tax_rate": 0, "tax_value": 0, "positionid": 1, "organizer": organizer}
    places = [
        OrderPosition(order=order, secret=f"bench{order.code}", pseudonymization_id=order.code, **place)
        for order in orders
    ]
    OrderPosition.objects.bulk_create(places, batch_size=AT_ONCE)
    checked = event.checkin_lists.create(name="Door", all_products=True)
    device = Device.objects.create(organizer=organizer, name="bench", all_events=True, initialized=now())
    device.api_token = device.api_token or os.urandom(32).hex()
    device.save()
    return {"list": checked.pk, "token": device.api_token}


with scopes_disabled():
    sys.stdout.write(json.dumps(make(int(sys.argv[1]))) + "\n")
