/// The script and the styles of a scan's page; neither holds anything of an input.
enum ScanPageScript {
  static let sheet = """
    form{display:flex;flex-wrap:wrap;gap:.3rem .6rem;align-items:center;margin:.6rem 0}form[hidden],nav[hidden],div[hidden]{display:none}
    input,select,button{font:inherit;font-size:.9rem;color:var(--ink);background:var(--paper);border:1px solid var(--mute);border-radius:.25rem;padding:.25rem .5rem;min-height:2rem;max-width:100%}
    thead button{border:0;background:none;padding:.2rem 0;min-height:0;font-size:.875rem;color:var(--mute);text-align:left;text-decoration:underline dotted;cursor:pointer}
    th[aria-sort=ascending] button::after{content:" ▲"}th[aria-sort=descending] button::after{content:" ▼"}
    tbody button{border:0;background:none;color:var(--link);padding:0;min-height:0;text-align:left;text-decoration:underline;cursor:pointer;overflow-wrap:anywhere;font-size:.875rem}
    :focus-visible{outline:2px solid var(--link);outline-offset:1px}#pages{display:flex;gap:.8rem;align-items:center}
    .tokens{white-space:pre-wrap;max-height:22rem;overflow:auto;border:1px solid var(--line);padding:.5rem;border-radius:.3rem}
    .tokens .g{text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:3px;background:var(--band);color:var(--good)}.tokens .x{color:var(--mute)}mark{background:var(--t2);color:var(--ink)}
    .card h3::first-letter,#detail h3::first-letter{text-transform:none}.picture{display:flex;flex-wrap:wrap;gap:.8rem;align-items:flex-start}.picture img{max-width:100%;height:auto}
    @media print{form,#pages,#detail{display:none}.tokens{max-height:none;overflow:visible}thead button,tbody button{text-decoration:none;color:inherit}}
    """

  static let script: StaticString = """
    "use strict";(()=>{
    const byId=i=>document.getElementById(i),rows=JSON.parse(byId("rows-data").textContent),body=document.querySelector("#rows tbody");
    const size=100,state={page:0,key:-1,down:false,seen:rows.map((_,i)=>i)};
    const show=v=>v===null?"":typeof v==="number"?String(Math.round(v*100)/100):v;
    const make=(tag,words,style)=>{const e=document.createElement(tag);e.textContent=words;if(style)e.className=style;return e};
    const open=i=>{const r=rows[i],d=byId("detail");d.replaceChildren(make("h3",r[0]));const l=document.createElement("dl");
      const add=(n,v)=>{if(v!==""){l.append(make("dt",n),make("dd",v))}};
      ["input","looked for","verdict","tokens","log₁₀ p","log₁₀ q"].forEach((n,k)=>add(n,show(r[k+1])));
      for(let k=0;k<r[8].length;k+=2)add(r[8][k],r[8][k+1]);d.append(l);
      if(r[7]>=0){const a=make("a","see its evidence");a.href="#item-"+r[7];d.append(a)}
      d.hidden=false;d.focus();d.scrollIntoView({block:"nearest"})};
    const draw=()=>{const last=Math.max(0,Math.ceil(state.seen.length/size)-1);state.page=Math.min(Math.max(0,state.page),last);
      const part=state.seen.slice(state.page*size,(state.page+1)*size);
      body.replaceChildren(...part.map(i=>{const r=rows[i],t=document.createElement("tr"),h=make("th",""),b=make("button",r[0]);h.scope="row";b.type="button";
        b.addEventListener("click",()=>open(i));h.append(b);t.append(h);
        for(let k=1;k<7;k++)t.append(make("td",show(r[k]),k>3?"n":""));return t}));
      byId("shown").textContent=state.seen.length+" of "+rows.length+" lines";
      byId("page").textContent="Page "+(state.page+1)+" of "+(last+1);
      byId("previous").disabled=state.page===0;byId("next").disabled=state.page===last};
    const compare=(a,b)=>{const k=state.key,x=rows[a][k],y=rows[b][k];
      if(x===y)return a-b;if(x===null)return 1;if(y===null)return -1;
      return (x<y?-1:1)*(state.down?-1:1)};
    const apply=()=>{const text=byId("filter-text").value.toLowerCase(),verdict=byId("filter-verdict").value,profile=byId("filter-profile").value;
      state.seen=[];rows.forEach((r,i)=>{if((!verdict||r[3]===verdict)&&(!profile||r[2]===profile)&&(!text||r[0].toLowerCase().includes(text)||r[1].toLowerCase().includes(text)))state.seen.push(i)});
      if(state.key>=0)state.seen.sort(compare);state.page=0;draw()};
    document.querySelectorAll("#rows thead button").forEach(b=>b.addEventListener("click",()=>{const k=Number(b.dataset.key);
      state.down=state.key===k?!state.down:false;state.key=k;
      document.querySelectorAll("#rows thead th").forEach(t=>t.removeAttribute("aria-sort"));
      b.parentElement.setAttribute("aria-sort",state.down?"descending":"ascending");apply()}));
    byId("filters").addEventListener("input",apply);byId("filters").addEventListener("submit",e=>e.preventDefault());
    byId("previous").addEventListener("click",()=>{state.page--;draw()});byId("next").addEventListener("click",()=>{state.page++;draw()});
    byId("filters").hidden=false;byId("pages").hidden=false;draw()})();
    """
}
