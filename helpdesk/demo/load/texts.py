"""What people say in tickets for load: few words, often said, so that a search finds many and few."""

from random import Random

REPORTS = (
    "Hello, the code does not work. It says it has been used already, but I bought it just now.",
    "I typed the code three times. Each time I get error {error} and nothing happens.",
    "Good day. The shop says my region is not supported. It was not mentioned on your page.",
    "The order shows as delivered, but I see no code anywhere, also not in the spam folder.",
    "My key opens another edition than the one I paid for. Can you please exchange it?",
    "It was a birthday gift and now it is rather embarrassing. Error {error}. What can we do?",
    "The licence was fine until yesterday, since the update it asks for a key again ({error}).",
    "I paid twice by mistake, the bank shows two payments of the same minute.",
    "Voucher is refused at the checkout, the message is {error}. Screenshot is attached to the form.",
    "Please help, I need it for work tomorrow morning. The installer stops with {error}.",
)
ANSWERS = (
    "Thank you for the screenshots. Could you please try once more after signing out and in again?",
    "We asked the supplier about this code and will write as soon as they answer.",
    "I am sorry for the trouble. A new code is in your order now, the old one was withdrawn.",
    "The code was activated on another account. Please tell us which account you used.",
    "The region is the one printed on the product page. We can offer your money back.",
    "Your payment came twice indeed, the second one is on its way back to you.",
    "Please install the update {error} first and then enter the key without the dashes.",
)
ADDITIONS = (
    "I tried that, it is still the same: {error}.",
    "Thank you, now it works!",
    "Any news? I still wait.",
    "I add the account name: player{error}.",
    "It works on my second computer but not on the first one.",
    "Yes, a refund would be fine.",
)
NOTES = (
    "Supplier confirms: batch {error} was sent out twice.",
    "Called the customer, will send another picture.",
    "Same person had this in spring, see the other tickets.",
)


def say(rng: Random, texts: tuple[str, ...]) -> str:
    return rng.choice(texts).replace("{error}", f"0x{rng.getrandbits(20):05X}")
