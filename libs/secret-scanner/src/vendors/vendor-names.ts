/**
 * Names of services that issue API keys, as they stand in the names of variables: lower-case, without separators. A
 * name that is also an everyday word is left out.
 */
export const VENDOR_NAMES: readonly string[] = `
  abuseipdb abyssale accuweather adafruit adzuna aeroworkflow airbrake airship airtable airvisual aiven
  alconost alegra aletheia algolia alienvault allsports amadeus amplitude anypoint apacta api2cart apideck
  apiflash apifonica apify apilayer apimatic apimetrics apitemplate appcues appfollow appointedd appoptics
  appsynergy apptivo artsy asana assemblyai atera audd auth0 autodesk autoklose avaza aviationstack axonaut
  aylien ayrshare bannerbear baremetrics baseapi beebole besnappy besttime betterstack billomat bitbar
  bitcoinaverage bitfinex bitly bitmex blazemeter blitapp blocknative bombbomb boostnote borgbase braintree
  brandfetch browserstack browshot bscscan buddyns budibase bugherd bugsnag buildkite bulksms buttercms
  caflou calendarific calendly calorieninja campayn cannyio capsulecrm captaindata carboninterface cashboard
  caspio censys centralstation cexio chartmogul chatfuel checklyhq checkmarket checkvist circleci clarifai
  clearbit clickhelp clicksend clickup cliengo clockify clockworksms closecrm cloudconvert cloudelements
  cloudimage cloudinary cloudmersive cloudplan cloudsmith cloverly clustdoc codacy codeclimate codemagic
  codequiry cohere coinapi coinbase coinlayer coinlib coinmarketcap commercejs companyhub confluent
  contentful convertkit convier couchbase countrylayer coveralls craftmypdf crossbrowsertesting crowdin
  cryptocompare currencycloud currencyfreaks currencylayer currencyscoop currentsapi customerguru customerio
  d7network dailyco dareboost databox databricks datadog datafire datagov deepai deepgram deepl delighted
  detectify detectlanguage dfuse diffbot diggernaut digitalocean disqus dnscheck docparser documo docusign
  doppler dotdigital dotmailer dovico dronahq droneci dropbox dwolla dynalist dynatrace dyspatch eagleeye
  easyinsight ecostruxure edamam edenai elasticemail elevenlabs enablex endorlabs etherscan ethplorer
  eventbrite everhour exchangerate exportsdk extractorapi faceplusplus fastforex fastly feedier fetchrss
  fibery figma finage financialmodelingprep finicity finnhub fixerio flatio fleetbase flickr flightapi
  flightlabs flightstats flutterwave fmfw formbucket formcraft formsite foursquare frameio freshbooks
  freshdesk freshworks fulcrum fullstory fusebill fxmarket geckoboard geoapify geocodify geocodio geoipify
  getgeoapi getgist getresponse getsandbox gitter glassnode gocanvas gocardless goodday graphcms graphhopper
  groovehq gtmetrix gumroad gyazo happyscribe hellosign helpcrunch helpscout hereapi heroku hiveage
  holidayapi honeycomb html2pdf hubspot hunterio hybiscus hypertrack iconfinder iexapis iexcloud imagekit
  imagga infura insightly instabot instamojo intercom interseller intrinio invoiceocean ip2location ipapi
  ipgeolocation ipinfo ipinfodb ipquality ipstack jotform jumpcloud jupiterone karmacrm keenio kickbox
  klaviyo klipfolio knapsackpro kucoin kylas languagelayer larksuite launchdarkly lessannoyingcrm lexigram
  linenotify linkedin linkpreview liveagent livestorm loadmill locationiq loggly loginradius logzio lokalise
  loyverse madkudu magicbell mailboxlayer mailchimp mailerlite mailgun mailjet mailmodo mailsac mandrill
  mapbox mapquest marketstack mattermost mavenlink maxmind meaningcloud mediastack meistertask mesibo
  messagebird metaapi metabase metrilo mindmeister mixmax mixpanel mockaroo monkeylearn moonclerk moosend
  moralis mrticktock myfreshworks myintervals nasdaqdatalink nethunt netlify networksdb neutrinoapi newrelic
  newsapi newscatcher nexmo nftport ngrok nicereply nightfall nozbe nugetapi numverify nutritionix nylas
  nytimes oanda okta omnisend onedesk onelogin onepagecrm onesignal onwater oopspam opencage opengraphr
  openuv openvpn openweather opsgenie optimizely overloop owlbot packagecloud pagarme pagerduty pandadoc
  pandascore paperform paralleldots parsehub parseur partnerstack pastebin paydirtapp paymoapp paymongo
  paypal paystack pdflayer pdfshift peopledatalabs pepipost pinata pipedream pipedrive pivotaltracker
  pixabay planetscale planviewleankit planyo plivo pollsapi poloniex portainer positionstack postageapp
  postbacks posthog postmark powrbot prodpad prospectcrm protocolsio proxycrawl pubnub purestake pushbullet
  pusher qualaroo qubole rapidapi rawg razorpay reachmail reallysimplesystems rebrandly rechargepayments
  rentman repairshopr replyio requestfinance restpack revampcrm ringcentral ritekit robinhood rocketreach
  roninapp route4me rownd runrunit salesblink salescookie salesflare salesforce salesmate satismeter
  saucelabs scaleway scalr scrapeowl scraperapi scraperbox scrapestack scrapfly scrapingant scrapingbee
  screenshotapi screenshotlayer scrutinizerci securitytrails selectpdf sendbird sendgrid sendinblue
  serphouse serpstack sheety sherpadesk shipday shodan shopify shotstack shutterstock sigopt simfin
  simplesat simplynoted simvoly sinchmessage siteleaf skrapp skybiometry smartsheet smartystreets smooch
  snipcart sonarcloud sourcegraph sparkpost speechtextai spoonacular sportradar sportsmonk spotify
  squarespace squareup sslmate statuscake statuspage statuspal stitchdata stockdata storecove stormboard
  stormglass storyblok storychief strava stripo stytch sugester sumologic supernotes surveyanyplace
  surveybot surveysparrow survicate swiftype tailscale tallyfy tatumio taxjar teamgate teamwork
  technicalanalysis tefter telegram teletype telnyx testingbot text2data textmagic theoddsapi thinkific
  thousandeyes ticketmaster tiingo timecamp timezoneapi tmetric todoist tomorrowio tomtom tradier
  transferwise travelpayouts travisci trello twelvedata twilio twitch twitter tyntec typeform typetalk
  ubidots uclassify unifyid unplugg unsplash upcdatabase uplead uploadcare uptimerobot upwave urlscan
  userflow userstack vagrantcloud vatlayer vbout verimail veriphone versioneye viewneo virustotal
  visualcrossing voicegain voodoosms vouchery vpnapi vultr walkscore weatherapi weatherbit weatherstack
  web3storage webflow webscraper webscraping websitepulse wepay whoxy wistia worksnaps workstack
  worldcoinindex worldweather wrike xendit youneedabudget yousign zapier zendesk zenkit zenscrape zenserp
  zeplin zerobounce zerotier zipbooks zipcodeapi zipcodebase zonkafeedback zulip
`
  .trim()
  .split(/\s+/);
