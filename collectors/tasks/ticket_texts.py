"""The sentences that tickets are made of: templates with slots, by intent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SLOTS: Mapping[str, Sequence[str]] = {
    "item": (
        "microphone", "desk lamp", "kettle", "tennis racket", "backpack", "coffee grinder",
        "keyboard", "rain jacket", "blender", "office chair", "phone case", "garden hose",
    ),
    "day": (
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
        "yesterday", "this morning", "last week",
    ),
    "order": (
        "A-1042", "A-2217", "B-3391", "B-4080", "C-5526", "C-6173", "D-7704", "D-8859", "E-9015",
        "E-1136", "F-2648", "F-3902",
    ),
    "amount": (
        "$12", "$19", "$24.90", "$35", "$48", "$59.50", "$72", "$86", "$99", "$120", "$140", "$215",
    ),
}  # fmt: skip

CLEAN: Mapping[str, Sequence[str]] = {
    "billing": (
        "I was charged twice for the {item}: {amount} each time.",
        "There is a payment of {amount} on my card for order {order} that I don't recognise.",
        "Please send me a corrected invoice for order {order}; the amount should be {amount}.",
        "Why does my invoice for the {item} show {amount} more than the price on the site?",
        "My card was billed {amount} on {day}, but the discount was not applied.",
        "The receipt for order {order} lists the wrong tax on {amount}.",
    ),
    "delivery": (
        "My {item} was supposed to arrive {day} and still has not been delivered.",
        "Where is the parcel with order {order}? The {item} has not arrived.",
        "The tracking page for order {order} has not moved since {day}.",
        "The courier left the {item} at the wrong address {day}.",
        "When will the {item} from order {order} be shipped?",
        "The parcel with my {item} was lost by the courier {day}.",
    ),
    "returns": (
        "I want to send the {item} from order {order} back. How do I get a return label?",
        "The {item} does not suit me and I would like to return it; it came {day}.",
        "Can I exchange the {item} from order {order} for a bigger one?",
        "How many days do I have to return the {item} that I received {day}?",
        "I sent the {item} back {day}. When will my return be processed?",
        "The {item} came damaged {day}. I want to return it for a new one.",
    ),
    "account": (
        "I can't log in to my account since {day}; the password for order {order} is rejected.",
        "Please change the email address on my account; I asked {day} about order {order}.",
        "How do I reset my password? I need to sign in to see order {order} from {day}.",
        "My account has been locked since {day} and I can't see order {order}.",
        "I would like to update the phone number in my profile, which I used {day} for {order}.",
        "I have two accounts, one with order {order} from {day}. Please merge them into one login.",
    ),
    "technical": (
        "The app crashes whenever I open the page of the {item}; it began {day}.",
        "The checkout page shows an error message since {day} when I add the {item}.",
        "Your website freezes when I filter for a {item}. It started {day}.",
        "The search in the app returns a blank screen for '{item}' since {day}.",
        "After the update {day} the app no longer loads pictures of the {item}.",
        "The {item} will not connect over Bluetooth since the firmware update {day}.",
    ),
    "cancellation": (
        "Please cancel order {order} for the {item}.",
        "I want to cancel my subscription for the {item} from {day}.",
        "Stop my order {order} before it is processed; I placed it {day}.",
        "I ordered the {item} {day} by mistake. Please call the order off.",
        "End my membership, please; the last order was {order} on {day}.",
        "I no longer want the plan I signed up for {day} with the {item}. Please terminate it.",
    ),
}

NOISY: Mapping[str, Sequence[str]] = {
    "billing": (
        "my bank statement has {amount} for the {item} two times, is that a mistake",
        "the price of the {item} went up by {amount} between the cart and what you took",
        "i still need a proper invoice with our company name for {amount}, order {order}",
        "the voucher should have taken {amount} off but i paid full price for the {item}",
    ),
    "delivery": (
        "still no {item} here, the driver said {day} and nobody came",
        "the tracking for {order} says out for delivery since {day}, really?",
        "my neighbour was home all day and no courier rang, where did the {item} go, {order}",
        "is {order} on its way or not, i needed the {item} for {day}",
    ),
    "returns": (
        "the {item} is too small, how do i send it back, order {order}",
        "got the {item} {day} and want to swap it for the other colour",
        "i need a label to post the {item} back to you, order {order}",
        "the {item} arrived scratched {day}, i want to give it back",
    ),
    "account": (
        "it says my password is wrong but i changed it {day}, cant see {order}",
        "i never got the code to sign in, tried since {day}, need to look at {order}",
        "i got married and need my surname changed in my profile, last order {order} {day}",
        "someone else logged in as me {day}, please lock my profile, order {order}",
    ),
    "technical": (
        "the app closes itself every time i tap on the {item}, since {day}",
        "the page with the {item} only shows a spinner since {day}",
        "i press the pay button for the {item} and get error 500, tried again {day}",
        "on my tablet the menu covers the {item} photos and nothing reacts, since {day}",
    ),
    "cancellation": (
        "pls dont send {order}, i changed my mind about the {item}",
        "i dont want the monthly {item} box any more, please end it, started {day}",
        "i clicked buy by accident {day}, take the {item} out of the system please",
        "close my subscription before it renews, the {item} club one, joined {day}",
    ),
}

OPENERS = (
    "hi there, hope you are well!", "hello again,", "ok so", "sorry to bother you but",
    "good morning team,", "third time writing now,", "hey,", "long time customer here,",
    "not sure this is the right place,", "writing from my phone so excuse the typos,",
)  # fmt: skip
CLOSERS = (
    "thanks in advance", "my kids are already asking about it lol", "please reply soon",
    "otherwise i love your shop", "i have been on hold for an hour", "sent from my phone",
    "have a nice weekend", "the weather is awful here too", "can somebody look at this?",
    "i know you are busy",
)  # fmt: skip

ADVERSARIAL: Mapping[str, Sequence[str]] = {
    "billing": (
        "The {item} was delivered {day}, I am keeping it and nothing is broken. I only want to "
        "know why the courier's visit cost me {amount}.",
        "I cancelled nothing and returned nothing, yet {amount} came back to me for the {item}. "
        "Which transaction was that?",
        "After I reset my password I looked at order {order}: {amount}, though the app says the "
        "{item} is cheaper. Login and app are fine; the difference is what I want back.",
        "Your driver brought the {item}, my membership has ended as I wished, and still {amount} "
        "left my card {day}.",
        "I am not asking to cancel or return the {item}, and the parcel came on time. But my card "
        "was charged {amount} more than the invoice says.",
        "Your technician fixed the app and my login works again; that is not why I write. Why was "
        "I billed {amount} twice for the {item}?",
    ),
    "delivery": (
        "I paid {amount}, the refund question is settled and I don't want to cancel. I would just "
        "like to hold the {item} in my hands some day.",
        "The app works, my login works, my card works. What does not work is the man with the van: "
        "no {item} since {day}.",
        "I do not want to return the {item}. I can't: I have only seen it on the website, and I "
        "paid {amount} for it {day}.",
        "The replacement for the broken {item} I sent back {day} left your warehouse, says your "
        "email about {order}. My doorstep disagrees.",
        "This is not about the invoice of {amount}, not about my password and not about a refund. "
        "The parcel with the {item} has still not arrived.",
        "I cancelled a different order and returned the old {item}; both are done. The new one "
        "should have been delivered {day}. Where is it?",
    ),
    "returns": (
        "The courier was on time and the invoice over {amount} is right. But the {item} is not for "
        "me after all; what is the way back to your warehouse?",
        "Don't cancel anything, order {order} is already here. It is just that the {item} and I "
        "will not become friends, so where do I drop it off?",
        "Login, app and payment of {amount}: all perfect. The {item} is far too big, and my "
        "flat will not grow.",
        "The delivery came {day}. You can have the {item} again, in its box, never used. I will "
        "take {amount} or a different one.",
        "The payment of {amount} and the delivery were fine, and I don't want to cancel my "
        "account. I just want to send the {item} back.",
        "The app would not let me print a label and the courier could not help. How do I return "
        "the {item} that came {day}?",
    ),
    "account": (
        "Before I can cancel, return or pay for anything, your site would have to believe that I "
        "am me. It has not since {day}. Order {order}.",
        "My invoice for {order} goes to an address I left in spring. The parcel arrived, so this "
        "is no courier's mistake; correct what you know about me, please. It was {day}.",
        "The app runs without an error, but {day} it greeted me with somebody else's name and "
        "showed me her order {order}.",
        "I don't want a refund for {order} and no courier either. The address you write to is my "
        "old employer's; use my private one from {day}.",
        "No question about a parcel, an invoice or a return this time: since {day} I can't log in "
        "to look at order {order}.",
        "After the refund for {order} and the late delivery, one more thing: please change the "
        "email address in my profile, the old one ends {day}.",
    ),
    "technical": (
        "I tried to return the {item} and to pay {amount}; whichever button I press, the screen "
        "turns white.",
        "My password is accepted, the payment of {amount} went through, the {item} was delivered. "
        "It just will not pair with my phone.",
        "Nobody needs to refund or cancel order {order}. The invoice opens as a page of question "
        "marks in your app since {day}.",
        "I wanted to follow the courier with my {item} on the map, but the map has been stuck on "
        "the loading wheel since {day}. The parcel itself arrived.",
        "I can log in, nothing was billed wrongly and I don't want to cancel. The app just crashes "
        "when I open the page of the {item}, since {day}.",
        "The courier brought the {item} and the invoice of {amount} is right, but your website "
        "shows an error message whenever I write a review.",
    ),
    "cancellation": (
        "I know the {item} has not been shipped, and that is good. Leave it in the warehouse and "
        "keep your courier at home; my {amount} can stay with me.",
        "I was charged {amount} again for the monthly {item}. That charge was correct, and it "
        "should be the last one.",
        "I can log in, the app is fine, and I don't want to send anything back. I just don't want "
        "another {item} box after {day}.",
        "My delivery address for order {order} is right, my card too. My wife had already bought "
        "the {item}, so one of us was too quick.",
        "The app works, the price of {amount} is fair and the courier is always on time. Still, "
        "please cancel my subscription for the {item}.",
        "I don't need a refund or a return label, as nothing has been charged or sent. Please "
        "cancel order {order}; the {item} is no longer needed.",
    ),
}

TRAINING: Mapping[str, Sequence[str]] = {
    "billing": (
        "You took the money for my {item} two times.",
        "The invoice for order {order} is wrong.",
        "I have a question about a charge of {amount} on my credit card.",
        "Please explain the fee of {amount} on my last bill.",
        "My payment of {amount} was deducted but the discount code was ignored.",
        "i was overcharged {amount} for the {item}, please check the bill",
        "why is there an extra {amount} on my statement",
        "need a receipt for {order}, the tax office wants it",
    ),
    "delivery": (
        "My package with the {item} is late.",
        "Order {order} has not arrived yet; it should have come {day}.",
        "Can you tell me the delivery date of the {item}?",
        "The tracking number for order {order} does not change.",
        "The courier delivered the {item} to someone else.",
        "where is my {item}, it was meant to be here {day}",
        "the driver never showed up {day} with {order}",
        "has {order} shipped yet, i am waiting for the {item}",
    ),
    "returns": (
        "I would like to return the {item}.",
        "How can I send order {order} back to you?",
        "The {item} is the wrong size; I want to exchange it.",
        "Please send a return label for order {order}.",
        "The {item} is faulty and I want to send it back for a replacement.",
        "want to give the {item} back, it came {day} and does not fit",
        "can i swap the {item} for another colour",
        "i returned the {item} {day}, did you receive it",
    ),
    "account": (
        "I forgot my password and can't sign in since {day}.",
        "Please update the email in my profile for order {order}.",
        "My account is locked since {day}.",
        "I can't log in to see order {order}.",
        "How do I change my username? I registered {day}.",
        "the login code never arrives, tried {day}",
        "please change my name in the profile, order {order}",
        "i think my account was hacked {day}",
    ),
    "technical": (
        "The app crashes when I look at the {item}.",
        "I get an error message on the checkout page with the {item}.",
        "The website does not load since {day}.",
        "The {item} does not turn on after the update.",
        "There is a bug in your search: '{item}' gives a blank page.",
        "the app freezes since {day} when i scroll",
        "error on the page of the {item}, button does nothing",
        "the site is broken on my phone since {day}",
    ),
    "cancellation": (
        "I want to cancel order {order}.",
        "Please cancel my subscription for the {item}.",
        "I changed my mind about the {item}; please stop the order.",
        "How do I end my membership that began {day}?",
        "I placed order {order} by mistake and want it cancelled.",
        "please dont ship the {item}, i dont want it any more",
        "cancel {order} pls, ordered it {day} by accident",
        "i want to unsubscribe from the {item} box",
    ),
}
