"""Small exports as other tools write them, made up for tests."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

PLAUSIBLE = {
    "imported_visitors_20250101_20250102.csv": """"date","visitors","pageviews","bounces","visits","visit_duration"
"2025-01-01",10,30,4,12,600
"2025-01-02",5,9,2,5,100
""",
    "imported_sources_20250101_20250102.csv": (
        '"date","source","referrer","utm_source","utm_medium","utm_campaign","utm_content","utm_term",'
        '"pageviews","visitors","visits","visit_duration","bounces"\n'
        '"2025-01-01","Google","google.com","","","","","",20,6,7,300,2\n'
        '"2025-01-01","Direct / None","","","","","","",4,2,2,100,1\n'
        '"2025-01-01","letter","","letter","email","spring","","",6,2,3,200,1\n'
    ),
    "imported_pages_20250101_20250102.csv": """"date","hostname","page","visits","visitors","pageviews"
"2025-01-01","ours.example","/",8,8,20
"2025-01-01","www.ours.example","/",1,1,2
"2025-01-01","ours.example","=cmd|x",1,1,8
""",
    "imported_entry_pages.csv": """"date","entry_page","visitors","entrances","visit_duration","bounces"
"2025-01-01","/",8,9,500,3
""",
    "imported_exit_pages_20250101_20250102.csv": """"date","exit_page","visitors","exits"
"2025-01-01","/",7,7
""",
    "imported_locations_20250101_20250102.csv": (
        '"date","country","region","city","visitors","visits","visit_duration","bounces","pageviews"\n'
        '"2025-01-01","DE","DE-BE",1,3,3,10,1,5\n"2025-01-01","DE","DE-BY",2,2,2,10,1,5\n'
    ),
    "imported_devices.csv": """"date","device","visitors","visits","visit_duration","bounces","pageviews"
"2025-01-01","Mobile",4,4,10,1,5
"2025-01-01","Laptop",2,2,10,1,5
"2025-01-01","Desktop",4,6,10,1,5
""",
    "imported_browsers_20250101_20250102.csv": (
        '"date","browser","browser_version","visitors","visits","visit_duration","bounces","pageviews"\n'
        '"2025-01-01","Chrome","130",3,3,1,1,3\n"2025-01-01","Chrome","131",2,2,1,1,2\n'
    ),
    "imported_operating_systems_20250101_20250102.csv": (
        '"date","operating_system","operating_system_version","visitors","visits","visit_duration","bounces"\n'
        '"2025-01-01","Mac","15",3,3,1,1\n'
    ),
    "imported_custom_events_20250101_20250102.csv": """"date","name","link_url","path","visitors","events"
"2025-01-01","Signup","","",2,3
"2025-01-01","Outbound Link: Click","https://example.org/a?b=1","",1,1
"2025-01-01","404","","/gone",1,2
""",
    "imported_custom_props_20250101_20250102.csv": """"date","property","value","visitors","events"
"2025-01-01","plan","gold",1,1
""",
    "readme.md": "Hello",
}

UMAMI = (
    "event_id,website_id,session_id,visit_id,created_at,url_path,url_query,referrer_domain,referrer_path,page_title,"
    "event_type,event_name,hostname,browser,os,device,screen,language,country\n"
    "e1,w,s1,v1,2025-01-01 10:00:00,/,utm_campaign=spring,www.google.com,/,Home,1,,ours.example,chrome,Mac OS,laptop,"
    "1440x900,en-US,DE\n"
    "e2,w,s1,v1,2025-01-01 10:05:00,/a,,,,A,1,,ours.example,chrome,Mac OS,laptop,1440x900,en-US,DE\n"
    "e3,w,s1,v1,2025-01-01 10:06:00,/a,,,,A,2,Signup,ours.example,chrome,Mac OS,laptop,1440x900,en-US,DE\n"
    "e4,w,s2,v2,2025-01-01 23:59:00,/,,,,Home,1,,ours.example,ios,iOS,mobile,390x844,de,AT\n"
    "e5,w,s2,v2,2025-01-02 00:10:00,/b,,,,B,1,,ours.example,ios,iOS,mobile,390x844,de,AT\n"
    "e6,w,s3,v3,not a time,/b,,,,B,1,,ours.example,ios,iOS,mobile,390x844,de,AT\n"
)

GOATCOUNTER = (
    "2Path,Title,Event,UserAgent,Browser,System,Session,Bot,Referrer,Referrer scheme,Screen size,Location,FirstVisit,"
    "Date\n"
    '/,Home,false,,Firefox 140,Linux 6,aa-1,0,www.google.com,h,"1920,1080,1",DE,true,2025-01-01T10:00:00Z\n'
    '/a,A,false,,Firefox 140,Linux 6,aa-1,0,,,"1920,1080,1",US-TX,true,2025-01-01T10:10:00Z\n'
    'signup,,true,,Firefox 140,Linux 6,aa-1,0,,,"1920,1080,1",DE,true,2025-01-01T10:11:00Z\n'
    "/,Home,false,,,,bb-2,3,,,,,true,2025-01-01T10:00:00Z\n"
    '/,Home,false,,Safari 18,iOS 18,cc-3,0,letter,c,"390,844,3",FR,true,2025-01-02T10:00:00Z\n'
)

GA4_DAYS = """# ----------------------------------------
# Free form 1
# 20250101-20250102
# ----------------------------------------

Date,Active users,Sessions,Views,Bounce rate,Average session duration
,15,17,39,0.5,41.2,Grand total
20250101,10,12,30,0.25,50
20250102,5,5,9,0.4,20
"""
GA4_SEVERAL = """# ----------------------------------------
# Overview
# ----------------------------------------
#
# All Users
# Start date: 20250101
# End date: 20250102

Nth day,Active users,Sessions
0000,10,12
0001,5,5

Page path and screen class,Views,Active users
/,30,10

Nth day,Country,Active users
0000,Germany,4
0000,(not set),1
"""


def zipped(path: Path, files: Mapping[str, str]) -> Path:
    """An archive of these files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path
