"""Common words that the example answers of `instructions` are made of."""

from __future__ import annotations

TEXT = """
able acid acorn across actor after again agent album alarm almond alone amber angle ankle apple
april arch arena arrow aspen autumn axle baker balcony bamboo banana barley barrel basin basket
beach beacon beaver bell bench berry birch blanket blossom board boat border bottle boulder
branch brass bread breeze brick bridge bright broom brush bucket budget bugle button cabin cable
camel candle canoe canvas captain carbon cargo carpet castle cedar cellar chair chalk cherry
chess chimney circle city clay cliff clock cloud clover coast cobalt copper coral cotton crab
cradle crane creek cricket crown crystal curtain dairy daisy dance delta desert diamond dinner
doctor dollar dolphin donkey door drum eagle early earth easel echo eight elbow elm ember
engine estate evening fabric falcon farmer feather fence ferry fiddle field finger flag flame
flint flour flower forest fossil fountain frost fruit galaxy garden garlic gentle giant ginger
glacier glass globe gold grain grape gravel green guest guitar hammer harbor harvest hazel
heron hill hollow honey horse hotel humble ink iris iron island ivory ivy jacket jelly jewel
judge juice jungle kettle kind kitchen kite knot ladder lake lamp lantern large lemon lily
linen lion lizard lobster locket loom lunar magnet mango maple marble market meadow melon
mercury metal mill mint mirror moon mosaic moss motor mountain mud museum music narrow nature
needle nest nickel night noble north nutmeg oak oasis oat ocean olive onion orange orbit orchard
otter oval oven owl paddle palace panda paper parcel peach pebble pencil pepper piano pigeon
pilot pine planet plum pocket poem pond poplar potato prairie prism quartz queen quiet quilt
rabbit radio rain ranch raven reed ribbon rice ring river robin rocket roof rose ruby saddle
saffron salad salmon sand school season shell silver sister sky smoke snow soap solar song
spark spice spring spruce square squirrel stone storm straw stream sugar summer sun swan table
tailor tan teapot temple thunder tiger timber tower town train travel tulip tunnel turnip
turtle umbrella uncle under urban valley vanilla velvet village violet violin wagon walnut
water wheat wheel whistle willow window winter wolf wood yard year yellow young zebra zinc
"""
WORDS = tuple(TEXT.split())
