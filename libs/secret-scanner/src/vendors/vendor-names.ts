/**
 * Names of services that issue API keys, as they stand in the names of variables: lower-case, without separators. A
 * name that is also an everyday word is left out.
 */
export const VENDOR_NAMES: readonly string[] = `
  abuseipdb abyssale accuweather activecampaign adafruit adyen adzuna aeroworkflow agora ahrefs airbrake
  aircall airship airtable airvisual aiven akamai alchemyapi alconost alegra aletheia algolia alibaba
  alienvault aliyun allsports alphavantage amadeus amplitude anypoint apacta api2cart apiary apideck apiflash
  apifonica apify apilayer apimatic apimetrics apitemplate appcenter appcues appdynamics appfollow applitools
  appointedd appoptics appsynergy apptivo appveyor artsy asana assemblyai atera audd auth0 autodesk autoklose
  avaza aviationstack axonaut aylien ayrshare backblaze baidu bamboohr bannerbear baremetrics baseapi basecamp
  beebole besnappy bestbuy besttime betterstack bigcommerce billomat binance binaryedge bitbar bitcoinaverage
  bitfinex bitly bitmex bitpanda bitrise bitstamp bittrex blazemeter blitapp blockfrost blocknative bluejeans
  bombbomb boostnote borgbase braintree brandfetch brightcove brightdata browserstack browshot bscscan buddyns
  budibase bugherd bugsnag buildkite bulksms bunnycdn buttercms bybit caflou calendarific calendly calorieninja
  campaignmonitor campayn cannyio capsulecrm captaindata carboninterface cashboard cashfree caspio castingwords
  censys centralstation cexio chargebee chartmogul chatfuel checklyhq checkmarket checkmarx checkvist circleci
  civo clarifai clearbit clevertap clickatell clickfunnels clickhelp clicksend clickup cliengo climacell
  clockify clockworksms closecrm cloudconvert cloudelements cloudimage cloudinary cloudmersive cloudplan
  cloudsmith cloverly clustdoc codacy codeclimate codemagic codequiry codeship cohere coinapi coinbase
  coingecko coinlayer coinlib coinmarketcap commercejs companyhub confluent constantcontact contentful
  convertkit convier coralogix couchbase countrylayer covalenthq coveralls craftmypdf crossbrowsertesting
  crowdin cryptocompare currencycloud currencyfreaks currencylayer currencyscoop currentsapi customerguru
  customerio d7network dailyco dailymotion dareboost darksky databox databricks datadog datafire dataforseo
  datagov datocms deepai deepgram deepl deezer delighted deribit descope detectify detectlanguage dfuse dialpad
  diffbot diggernaut digitalocean disqus dnscheck dnsimple docparser documo docusign doordash doppler
  dotdigital dotmailer dovico dronahq droneci dropbox dropcontact duffel dwolla dynalist dynatrace dyspatch
  eagleeye easyinsight ecostruxure edamam edenai elasticemail elevenlabs emailoctopus enablex endorlabs eodhd
  equinix etherscan ethplorer etsy eventbrite everhour exchangerate exoscale exportsdk extractorapi
  faceplusplus fastforex fastly feedier fetchrss fibery figma filestack finage financialmodelingprep finicity
  finnhub fixerio flatio fleetbase flickr flightapi flightlabs flightstats flutterwave fmfw fofa forgerock
  formbucket formcraft formsite foursquare frameio freshbooks freshdesk freshworks fulcrum fullcontact
  fullstory fusebill fusionauth fxmarket geckoboard gemfury geoapify geocodify geocodio geoipify getgeoapi
  getgist getresponse getsandbox giphy gitter glassnode gocanvas gocardless godaddy goodday gotomeeting grafana
  graphcms graphhopper greynoise groovehq gtmetrix gumroad gyazo happyscribe haveibeenpwned hellosign
  helpcrunch helpscout hereapi heroku hetzner hitbtc hiveage holidayapi honeycomb hootsuite hotjar html2pdf
  huaweicloud hubspot huggingface hunterio hybiscus hybridanalysis hygraph hypertrack ibmcloud iconfinder
  iexapis iexcloud imagekit imagga imgix infobip infracost infura ingram insightly instabot instamojo instana
  intelx intercom interseller intrinio invoiceocean ip2location ipapi ipgeolocation ipinfo ipinfodb ipquality
  ipstack iterable jfrog jotform jumpcloud jupiterone jwplayer karmacrm keenio keycdn keycloak kickbox klarna
  klaviyo klipfolio knapsackpro kraken kucoin kylas lambdatest languagelayer larksuite lastfm launchdarkly
  leanplum lessannoyingcrm lexigram lightstep linenotify linkedin linkpreview linode liveagent livekit
  livestorm loadmill locationiq logdna loggly loginradius logrocket logzio lokalise loyverse lusha madkudu
  magicbell mailboxlayer mailchimp mailerlite mailgun mailjet mailmodo mailsac mandrill mapbox mapquest
  marketstack mattermost mavenlink maxmind meaningcloud mediastack meistertask mercadopago mesibo messagebird
  messari metaapi metabase meteoblue meteomatics metrilo mindmeister mistral mixmax mixpanel mockaroo moengage
  mollie monkeylearn moonclerk moosend moralis mouseflow mrticktock musixmatch myfreshworks myintervals
  namecheap nasdaqdatalink nethunt netlify networksdb neutrinoapi neverbounce newrelic newsapi newscatcher
  nexmo nftport ngrok nicereply nightfall nomics nozbe nugetapi numverify nutritionix nylas nytimes oanda okta
  omnisend onedesk onelogin onepagecrm onesignal onwater oopspam openai opencage openexchangerates opengraphr
  openrouter opentok openuv openvpn openweather opsgenie optimizely overloop owlbot oxylabs packagecloud
  pagarme pagerduty pagseguro pandadoc pandascore paperform papertrail paralleldots parsehub parseur
  partnerstack pastebin paydirtapp paymoapp paymongo paypal paystack paytm pdflayer pdfshift peopledatalabs
  pepipost perplexity pexels pinata pingdom pingidentity pipedream pipedrive pivotaltracker pixabay planetscale
  planviewleankit planyo plivo pollsapi poloniex polygonio polygonscan portainer positionstack postageapp
  postbacks posthog postmark powrbot prestashop printful printify prismic prodpad prospectcrm protocolsio
  proxycrawl proxymesh pubnub purestake pushbullet pusher qiniu qualaroo quandl qubole quickbooks quicknode
  rackspace rapidapi rawg raygun razorpay reachmail reallysimplesystems rebrandly rechargepayments recurly
  rentman repairshopr replyio requestfinance restpack revampcrm ringcentral ritekit robinhood rocketreach
  rollbar roninapp route4me rownd rudderstack runrunit salesblink salescookie salesflare salesforce salesmate
  satismeter saucelabs scaleway scalr scrapeowl scraperapi scraperbox scrapestack scrapfly scrapingant
  scrapingbee scrapinghub screenshotapi screenshotlayer scrutinizerci securitytrails selectpdf semaphoreci
  semrush sendbird sendgrid sendinblue sentry serpapi serphouse serpstack servicenow sharefile sheety
  sherpadesk shipday shodan shopify shotstack shutterstock signalfx sigopt simfin similarweb simplesat
  simplynoted simvoly sinchmessage siteleaf skrapp skybiometry skyscanner smartproxy smartsheet smartystreets
  smooch snipcart snovio snowplow snyk softlayer sonarcloud sonarqube sonatype soundcloud sourcegraph sparkpost
  speechtextai spoonacular sportradar sportsmonk spotify spyfu squadcast squarespace squareup sslmate statsig
  statuscake statuspage statuspal stitchdata stockdata storecove stormboard stormglass storyblok storychief
  strava stripo stytch sugester sumologic supabase supernotes supertokens surveyanyplace surveybot
  surveysparrow survicate swiftype tailscale tallyfy tatumio taxjar teamcity teamgate teamwork
  technicalanalysis tefter telegram telesign teletype telnyx tencent testingbot testrail text2data textmagic
  thegraph theoddsapi thinkific thousandeyes ticketmaster tiingo timecamp timezoneapi tmdb tmetric todoist
  tokbox tomorrowio tomtom tradier transferwise transifex transloadit travelpayouts travisci trello tripadvisor
  truenas tvmaze twelvedata twilio twitch twitter twofactor tyntec typeform typetalk ubidots uclassify unifyid
  unplugg unsplash upcdatabase upcloud uplead uploadcare uploadthing upstash uptimerobot upwave urlscan
  userflow userstack vagrantcloud valueserp vatlayer vbout veracode verimail veriphone versioneye victorops
  viewneo vimeo virustotal visualcrossing vkontakte voicegain vonage voodoosms vouchery vpnapi vultr walkscore
  walmart wavefront weatherapi weatherbit weatherstack weaviate web3storage webex webflow webscraper
  webscraping websitepulse weglot wepay whatfix whoxy wistia woocommerce workos worksnaps workstack
  worldcoinindex worldweather wrike xendit xmatters yandex yelp youneedabudget yousign zapier zendesk zenkit
  zenrows zenscrape zenserp zeplin zerobounce zerotier zillow zipbooks zipcodeapi zipcodebase zoho
  zonkafeedback zoomeye zoominfo zulip zuora zyte
`
  .trim()
  .split(/\s+/);
