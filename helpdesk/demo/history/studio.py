"""The pictures that people of the demo send."""

import hashlib
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from helpdesk.demo import pictures
from tickets.evidence.pictures import Picture, look_at
from tickets.models import Attachment, Draft, EvidenceSlot

if TYPE_CHECKING:
    from helpdesk.demo.history.story import Story

PICTURES_A_SCENE = 5


class Studio:
    """A few pictures of each scene, drawn and looked at once, for drawing is what takes time."""

    def __init__(self) -> None:
        self.shots: dict[tuple[str, int], tuple[str, bytes, Picture]] = {}

    def give(
        self, draft: Draft, scene: str, story: "Story", at: datetime, *, slot: EvidenceSlot | None = None
    ) -> None:
        name, content, picture = self._shot(scene, story)
        attachment = Attachment(
            draft=draft,
            slot=slot,
            name=name,
            content_type=picture.content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            width=picture.width,
            height=picture.height,
            uploaded_at=at,
        )
        attachment.original.save(name, ContentFile(content), save=False)
        attachment.preview.save(name, ContentFile(picture.preview), save=False)
        attachment.thumbnail.save(name, ContentFile(picture.thumbnail), save=False)
        attachment.save()

    def _shot(self, scene: str, story: "Story") -> tuple[str, bytes, Picture]:
        number = story.rng.randrange(PICTURES_A_SCENE)
        if (scene, number) not in self.shots:
            readable = number != PICTURES_A_SCENE - 1
            rng = Random(f"{scene} {number}")
            name, content = pictures.evidence(scene, story.facts(rng), rng, readable=readable)
            self.shots[scene, number] = name, content, look_at(ContentFile(content))
        return self.shots[scene, number]
